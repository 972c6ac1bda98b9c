namespace ModelOperator.ModelFormat;

/// <summary>
/// What stands around the layers of a <see cref="NetworkModel"/>, whoever sums these: a row's values as the columns that the first layer takes, and the last
/// layer's outputs as predictions. Immutable.
/// </summary>
public sealed class NetworkFrame
{
    private readonly TargetType _type;
    private readonly ScaledColumn[] _columns;
    private readonly double _mean;

    /// <param name="model">Scaling and layers.</param>
    /// <param name="categories">Per feature the number of its categories, 0 for a number.</param>
    /// <param name="target">The target's type.</param>
    /// <param name="outputs">Predictions per row.</param>
    /// <exception cref="ModelFormatException">The model contradicts itself or the features.</exception>
    public NetworkFrame(NetworkModel model, IReadOnlyList<int> categories, TargetType target, int outputs)
    {
        (Features, Outputs, _type, _mean, Scale) = (categories.Count, outputs, target, model.OutputMean, model.OutputScale);
        Require(double.IsFinite(_mean) && double.IsFinite(Scale), "output.mean or output.scale is no finite number");
        foreach (var (feature, category, mean, scale) in model.Columns)
        {
            Require(feature >= 0 && feature < Features, $"there is a column of feature {feature} of {Features}");
            Require(category is { } code ? code < categories[feature] : categories[feature] == 0, $"a column of feature {feature} does not fit the feature's type");
            Require(double.IsFinite(mean) && double.IsFinite(scale) && scale > 0, "a column has no usable mean or scale");
        }

        Require(model.Layers.Count > 0, "there is no layer");
        var width = model.Columns.Count;
        foreach (var (index, layer) in model.Layers.Index())
        {
            Require(layer.Inputs == width, $"layer {index} takes {layer.Inputs} values, and gets {width}");
            Require(IsFinite(layer.Weights.Span) && IsFinite(layer.Biases.Span), $"layer {index} has a weight that is no finite number");
            width = layer.Outputs;
        }

        Require(width == outputs, $"there are {width} outputs, the target needs {outputs}");
        _columns = [.. model.Columns];
    }

    /// <summary>Values per row.</summary>
    public int Features { get; }

    /// <summary>Values per row that the first layer takes.</summary>
    public int Columns => _columns.Length;

    /// <summary>Predictions per row, and outputs of the last layer.</summary>
    public int Outputs { get; }

    /// <summary>What one unit of an output is worth on the target's scale: for a number the deviation of the training rows' targets, else 1.</summary>
    public double Scale { get; }

    /// <summary>The frame of what a model's directory holds.</summary>
    /// <param name="bundle">The model.</param>
    /// <param name="model">Its layers, read from it.</param>
    /// <exception cref="ModelFormatException">The model contradicts itself or model.json.</exception>
    public static NetworkFrame Of(ModelBundle bundle, NetworkModel model) =>
        new(model, [.. bundle.Document.Columns.Select(static feature => feature.Categories?.Count ?? 0)], bundle.Document.Target.Type, bundle.Document.Target.Outputs);

    /// <summary>Writes encoded rows (row-major: numbers, codes of categories, NaN where missing) as the first layer takes them, row behind row.</summary>
    public void Fill(ReadOnlySpan<float> rows, Span<float> values)
    {
        for (var row = 0; row * Features < rows.Length; row++)
            ScaledColumn.Fill(_columns, rows.Slice(row * Features, Features), values[(row * _columns.Length)..]);
    }

    /// <summary>Turns the last layer's outputs into predictions.</summary>
    /// <param name="outputs">Row behind row.</param>
    /// <param name="stride">From one row's outputs to the next's.</param>
    /// <param name="predictions"><see cref="Outputs"/> for each row.</param>
    public void Link(ReadOnlySpan<float> outputs, int stride, Span<float> predictions)
    {
        for (var row = 0; row * Outputs < predictions.Length; row++)
            NetworkScorer.Link(_type, _mean, Scale, outputs.Slice(row * stride, Outputs), predictions.Slice(row * Outputs, Outputs));
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }

    private static void Require(bool holds, string reason)
    {
        if (!holds)
            throw NetworkFile.Malformed(reason);
    }
}

using System.Text.Json;

namespace ModelOperator.ModelFormat;

/// <summary>Predicts by a <see cref="LinearDocument"/>: in trainer and server the same code. Immutable: any number of threads may predict at once.</summary>
public sealed class LinearScorer
{
    private const int MostOnStack = 128;

    private readonly TargetType _type;
    private readonly double[] _intercepts;
    private readonly LinearTerm[] _terms;

    /// <param name="document">Scaling and coefficients.</param>
    /// <param name="categories">Per feature the number of its categories, 0 for a number.</param>
    /// <param name="target">The target's type.</param>
    /// <param name="outputs">Predictions per row.</param>
    /// <exception cref="ModelFormatException">The document contradicts itself or the features.</exception>
    public LinearScorer(LinearDocument document, IReadOnlyList<int> categories, TargetType target, int outputs)
    {
        Require(document.Intercepts.Count == outputs && document.Intercepts.TrueForAll(double.IsFinite), $"needs {outputs} finite intercepts");
        (Features, Outputs, _type) = (categories.Count, outputs, target);
        _intercepts = [.. document.Intercepts];
        _terms = new LinearTerm[categories.Count];
        for (var feature = 0; feature < _terms.Length; feature++)
            _terms[feature] = new LinearTerm(categories[feature], outputs);
        foreach (var column in document.Columns)
        {
            Require(column.Feature >= 0 && column.Feature < categories.Count, $"has a column of feature {column.Feature} of {categories.Count}");
            Require(column.Coefficients.Count == outputs && column.Coefficients.TrueForAll(double.IsFinite), $"needs {outputs} finite coefficients in every column");
            Require(double.IsFinite(column.Mean) && double.IsFinite(column.Scale) && column.Scale > 0, "has a column without a usable mean or scale");
            Require(_terms[column.Feature].TryAdd(column), $"has a column of feature {column.Feature} that does not fit the feature's type");
        }
    }

    /// <summary>Values per row.</summary>
    public int Features { get; }

    /// <summary>Predictions per row.</summary>
    public int Outputs { get; }

    /// <summary>Reads what a model's directory holds.</summary>
    /// <exception cref="ModelFormatException">It is malformed, or contradicts itself or model.json.</exception>
    public static LinearScorer Read(ModelBundle bundle)
    {
        try
        {
            var document = JsonSerializer.Deserialize(bundle.Learned.Span, ModelJsonContext.Default.LinearDocument)
                ?? throw new ModelFormatException($"{bundle.Document.Learner.File} is null");
            var target = bundle.Document.Target;
            return new LinearScorer(document, [.. bundle.Document.Columns.Select(static feature => feature.Categories?.Count ?? 0)], target.Type, target.Outputs);
        }
        catch (JsonException failure)
        {
            throw new ModelFormatException($"{bundle.Document.Learner.File} is malformed: {failure.Message}", failure);
        }
    }

    /// <summary>Predicts encoded rows (row-major: numbers, codes of categories, NaN where missing), <see cref="Outputs"/> predictions each.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Predict(ReadOnlySpan<float> rows, Span<float> predictions)
    {
        var count = predictions.Length / Outputs;
        if (rows.Length != (long)count * Features || predictions.Length != count * Outputs)
            throw new ArgumentException($"{rows.Length} values of {Features} features for {predictions.Length} predictions, {Outputs} a row", nameof(rows));
        Span<double> sums = Outputs <= MostOnStack ? stackalloc double[Outputs] : new double[Outputs];
        for (var row = 0; row < count; row++)
        {
            _intercepts.CopyTo(sums);
            for (var feature = 0; feature < Features; feature++)
                _terms[feature].AddTo(sums, rows[(row * Features) + feature]);
            Link(_type, sums);
            for (var output = 0; output < Outputs; output++)
                predictions[(row * Outputs) + output] = (float)Math.Clamp(sums[output], float.MinValue, float.MaxValue);
        }
    }

    /// <summary>Turns a row's sums into predictions.</summary>
    public static void Link(TargetType type, Span<double> sums)
    {
        if (type == TargetType.Binary)
            sums[0] = 1 / (1 + Math.Exp(-sums[0]));
        if (type != TargetType.Multiclass)
            return;
        var most = double.NegativeInfinity;
        foreach (var sum in sums)
            most = Math.Max(most, sum);
        double all = 0;
        foreach (ref var sum in sums)
            all += sum = Math.Exp(sum - most);
        foreach (ref var sum in sums)
            sum /= all;
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ModelFormatException($"{ModelDocument.LinearFileName} {message}");
    }
}

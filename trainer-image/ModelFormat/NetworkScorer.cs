using System.Buffers;
using System.Runtime.CompilerServices;

namespace ModelOperator.ModelFormat;

/// <summary>Predicts by a <see cref="NetworkModel"/>: in trainer and server the same code. Immutable: any number of threads may predict at once.</summary>
public sealed class NetworkScorer
{
    private const int ChunkRows = 32;
    private const int MostOnStack = 128;

    private readonly NetworkFrame _frame;
    private readonly ILayerSums[] _layers;
    private readonly int _widest;

    /// <param name="model">Scaling and layers.</param>
    /// <param name="categories">Per feature the number of its categories, 0 for a number.</param>
    /// <param name="target">The target's type.</param>
    /// <param name="outputs">Predictions per row.</param>
    /// <exception cref="ModelFormatException">The model contradicts itself or the features.</exception>
    public NetworkScorer(NetworkModel model, IReadOnlyList<int> categories, TargetType target, int outputs)
        : this(model, new NetworkFrame(model, categories, target, outputs))
    {
    }

    private NetworkScorer(NetworkModel model, NetworkFrame frame)
    {
        _frame = frame;
        _layers = [.. model.Layers.Select((layer, index) => Sums(layer, index, index + 1 < model.Layers.Count))];
        _widest = Math.Max(_frame.Columns, _layers.Max(static layer => layer.Width));
    }

    /// <summary>Values per row.</summary>
    public int Features => _frame.Features;

    /// <summary>Predictions per row.</summary>
    public int Outputs => _frame.Outputs;

    /// <summary>Bytes of memory that it holds, but for some hundred.</summary>
    public long HeldBytes => (_frame.Columns * (long)Unsafe.SizeOf<ScaledColumn>()) + _layers.Sum(static layer => layer.HeldBytes);

    /// <summary>Reads what a model's directory holds.</summary>
    /// <exception cref="ModelFormatException">It is malformed, or contradicts itself or model.json.</exception>
    public static NetworkScorer Read(ModelBundle bundle)
    {
        var model = NetworkFile.Read(bundle.Learned, bundle.Document.Learner.File);
        return new NetworkScorer(model, NetworkFrame.Of(bundle, model));
    }

    /// <summary>Predicts encoded rows (row-major: numbers, codes of categories, NaN where missing), <see cref="Outputs"/> predictions each.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Predict(ReadOnlySpan<float> rows, Span<float> predictions)
    {
        var count = predictions.Length / Outputs;
        if (rows.Length != (long)count * Features || predictions.Length != count * Outputs)
            throw new ArgumentException($"{rows.Length} values of {Features} features for {predictions.Length} predictions, {Outputs} a row", nameof(rows));
        var size = Math.Min(count, ChunkRows) * _widest;
        var (values, sums) = (ArrayPool<float>.Shared.Rent(size), ArrayPool<float>.Shared.Rent(size));
        for (var first = 0; first < count; first += ChunkRows)
        {
            var chunk = Math.Min(ChunkRows, count - first);
            Predict(rows.Slice(first * Features, chunk * Features), predictions.Slice(first * Outputs, chunk * Outputs), values, sums);
        }

        ArrayPool<float>.Shared.Return(values);
        ArrayPool<float>.Shared.Return(sums);
    }

    /// <summary>Turns a row's outputs of the last layer into predictions.</summary>
    public static void Link(TargetType type, double mean, double scale, ReadOnlySpan<float> outputs, Span<float> predictions)
    {
        Span<double> linked = outputs.Length <= MostOnStack ? stackalloc double[outputs.Length] : new double[outputs.Length];
        for (var output = 0; output < outputs.Length; output++)
            linked[output] = (outputs[output] * scale) + mean;
        LinearScorer.Link(type, linked);
        for (var output = 0; output < outputs.Length; output++)
            predictions[output] = (float)Math.Clamp(linked[output], float.MinValue, float.MaxValue);
    }

    private void Predict(ReadOnlySpan<float> rows, Span<float> predictions, Span<float> values, Span<float> sums)
    {
        var count = predictions.Length / Outputs;
        _frame.Fill(rows, values);
        var stride = _frame.Columns;
        foreach (var layer in _layers)
        {
            layer.Apply(values, stride, sums, count);
            stride = layer.Width;
            var next = values;
            values = sums;
            sums = next;
        }

        _frame.Link(values, stride, predictions);
    }

    // The first layer's inputs are as far apart as the columns' outliers are: rounded by one scale, most would be zero.
    private static ILayerSums Sums(NetworkLayer layer, int index, bool rectified)
    {
        if (layer.Int8 is not { } rounded || index == 0)
            return new DenseLayer(layer, rectified);
        Require(layer.Inputs <= Int8Layer.MostInputs, $"layer {index} takes {layer.Inputs} values, in 8 bits {Int8Layer.MostInputs} are the most");
        return new Int8Layer(layer, rounded, rectified);
    }

    private static void Require(bool holds, string reason)
    {
        if (!holds)
            throw NetworkFile.Malformed(reason);
    }
}

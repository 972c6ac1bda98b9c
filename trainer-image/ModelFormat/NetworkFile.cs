using System.Globalization;

namespace ModelOperator.ModelFormat;

/// <summary>
/// A network as a safetensors file: columns.mean, columns.scale (F64), columns.feature, columns.category (I32, -1 where there is none), output.mean, output.scale
/// (F64), and for each layer layers.N.weight (F32, F16 or I8; outputs x inputs), layers.N.bias (F32 or F16), and beside I8 layers.N.scale (F32, per output). Weights
/// in 8 bits are written smaller than that, see <see cref="Int8NetworkFile"/>; what earlier trainers wrote is read.
/// </summary>
public static class NetworkFile
{
    private const string SingleType = "F32";
    private const string HalfType = "F16";
    private const string ByteType = "I8";

    private static (string, string) Activation => ("activation", "relu");

    /// <param name="model">The network. In 8 bits either all of its layers are, or none.</param>
    /// <param name="half">Numbers of the layers are written in 16 bits, which must hold them.</param>
    public static byte[] Write(NetworkModel model, bool half = false)
    {
        List<Tensor> tensors =
        [
            Tensor.Of<double>("columns.mean", "F64", [.. model.Columns.Select(static column => column.Mean)]),
            Tensor.Of<double>("columns.scale", "F64", [.. model.Columns.Select(static column => column.Scale)]),
            Tensor.Of<double>("output.mean", "F64", [model.OutputMean]),
            Tensor.Of<double>("output.scale", "F64", [model.OutputScale]),
            Tensor.Of<int>("columns.feature", "I32", [.. model.Columns.Select(static column => column.Feature)]),
            Tensor.Of<int>("columns.category", "I32", [.. model.Columns.Select(static column => column.Category ?? -1)]),
        ];
        if (model.Layers is [{ Int8: not null }, ..])
        {
            // Wide numbers first, so that all are aligned.
            tensors.AddRange(Int8NetworkFile.Tensors(model.Layers));
            return TensorFile.Write([("format", ModelDocument.Int8NetworkFormatName), Activation], tensors);
        }

        foreach (var (index, layer) in model.Layers.Index())
        {
            tensors.Add(Numbers(Name(index, "weight"), layer.Weights.Span, half, layer.Outputs, layer.Inputs));
            tensors.Add(Numbers(Name(index, "bias"), layer.Biases.Span, half));
        }

        return TensorFile.Write([("format", ModelDocument.NetworkFormatName), Activation], tensors);
    }

    /// <param name="bytes">The file.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <exception cref="ModelFormatException">The file is malformed, or a tensor is missing or has another type or shape.</exception>
    public static NetworkModel Read(ReadOnlyMemory<byte> bytes, string name = ModelDocument.NetworkFileName)
    {
        using var file = new TensorFile(name, bytes);
        var means = file.Vector<double>("columns.mean", "F64");
        var columns = means.Length;
        var scales = file.Vector<double>("columns.scale", "F64", columns);
        var features = file.Vector<int>("columns.feature", "I32", columns);
        var categories = file.Vector<int>("columns.category", "I32", columns);
        var layers = file.TypeOf(Int8NetworkFile.CodeName) is null ? Layers(file) : Int8NetworkFile.Layers(file, columns);
        return new NetworkModel(
            [.. means.Select((mean, i) => new ScaledColumn(features[i], categories[i] < 0 ? null : categories[i], mean, scales[i]))],
            layers,
            file.Vector<double>("output.mean", "F64", 1)[0],
            file.Vector<double>("output.scale", "F64", 1)[0]);
    }

    internal static ModelFormatException Malformed(string reason) => new($"{ModelDocument.NetworkFileName}: {reason}");

    private static List<NetworkLayer> Layers(TensorFile file)
    {
        List<NetworkLayer> layers = [];
        while (file.TypeOf(Name(layers.Count, "weight")) is { } type)
            layers.Add(Layer(file, layers.Count, type));
        return layers;
    }

    private static NetworkLayer Layer(TensorFile file, int index, string type)
    {
        var name = Name(index, "weight");
        if (type == ByteType)
        {
            var (codes, rows, inputs) = file.Matrix<sbyte>(name, type);
            var rounded = new Int8Weights(codes, file.Vector<float>(Name(index, "scale"), SingleType, rows));
            return new NetworkLayer(inputs, rows, NetworkRounding.Weights(rounded, inputs), Biases(file, index, rows)) { Int8 = rounded };
        }

        if (type == HalfType)
        {
            var (halves, rows, inputs) = file.Matrix<Half>(name, type);
            return new NetworkLayer(inputs, rows, Widen(halves), Biases(file, index, rows)) { Half = true };
        }

        var (weights, outputs, width) = file.Matrix<float>(name, SingleType);
        return new NetworkLayer(width, outputs, weights, Biases(file, index, outputs));
    }

    private static float[] Biases(TensorFile file, int index, int outputs)
    {
        var name = Name(index, "bias");
        return file.TypeOf(name) == HalfType ? Widen(file.Vector<Half>(name, HalfType, outputs)) : file.Vector<float>(name, SingleType, outputs);
    }

    private static float[] Widen(Half[] values) => Array.ConvertAll(values, static value => (float)value);

    private static Tensor Numbers(string name, ReadOnlySpan<float> values, bool half, params int[] shape)
    {
        if (!half)
            return Tensor.Of(name, SingleType, values, shape);
        var halves = new Half[values.Length];
        for (var at = 0; at < halves.Length; at++)
            halves[at] = (Half)values[at];
        return Tensor.Of<Half>(name, HalfType, halves, shape);
    }

    private static string Name(int layer, string part) => string.Create(CultureInfo.InvariantCulture, $"layers.{layer}.{part}");
}

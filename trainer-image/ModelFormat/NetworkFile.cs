using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelOperator.ModelFormat;

/// <summary>
/// A network as a safetensors file (github.com/huggingface/safetensors): the length of a JSON header as 64 bits, the header with name, type, shape and place of
/// each tensor, and the tensors, little-endian. columns.mean, columns.scale (F64), columns.feature, columns.category (I32, -1 where there is none),
/// output.mean, output.scale (F64), and for each layer layers.N.weight (F32, outputs x inputs) and layers.N.bias.
/// </summary>
public static class NetworkFile
{
    private const int HeaderAlignment = 8;

    public static byte[] Write(NetworkModel model)
    {
        List<(string Name, string Type, int[] Shape, byte[] Content)> tensors =
        [
            Tensor<double>("columns.mean", "F64", [.. model.Columns.Select(static column => column.Mean)]),
            Tensor<double>("columns.scale", "F64", [.. model.Columns.Select(static column => column.Scale)]),
            Tensor<double>("output.mean", "F64", [model.OutputMean]),
            Tensor<double>("output.scale", "F64", [model.OutputScale]),
            Tensor<int>("columns.feature", "I32", [.. model.Columns.Select(static column => column.Feature)]),
            Tensor<int>("columns.category", "I32", [.. model.Columns.Select(static column => column.Category ?? -1)]),
        ];
        foreach (var (index, layer) in model.Layers.Index())
        {
            var weights = Tensor(Name(index, "weight"), "F32", layer.Weights.Span);
            tensors.Add(weights with { Shape = [layer.Outputs, layer.Inputs] });
            tensors.Add(Tensor(Name(index, "bias"), "F32", layer.Biases.Span));
        }

        var header = Header(tensors);
        var file = new byte[sizeof(long) + header.Length + tensors.Sum(static tensor => tensor.Content.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, sizeof(long));
        var at = sizeof(long) + header.Length;
        foreach (var tensor in tensors)
        {
            tensor.Content.CopyTo(file, at);
            at += tensor.Content.Length;
        }

        return file;
    }

    /// <exception cref="ModelFormatException">The file is malformed, or a tensor is missing or has another type or shape.</exception>
    public static NetworkModel Read(ReadOnlySpan<byte> file)
    {
        var length = file.Length < sizeof(long) ? -1 : BinaryPrimitives.ReadInt64LittleEndian(file);
        if (length < 0 || length > file.Length - sizeof(long))
            throw Malformed("the header's length is not that of a safetensors file");
        try
        {
            var reader = new Utf8JsonReader(file.Slice(sizeof(long), (int)length));
            using var header = JsonDocument.ParseValue(ref reader);
            return Read(header.RootElement, file[(sizeof(long) + (int)length)..]);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new ModelFormatException($"{ModelDocument.NetworkFileName} has a malformed header: {failure.Message}", failure);
        }
    }

    internal static ModelFormatException Malformed(string reason) => new($"{ModelDocument.NetworkFileName}: {reason}");

    private static NetworkModel Read(JsonElement header, ReadOnlySpan<byte> content)
    {
        var means = Tensor<double>(header, content, "columns.mean", "F64").Values;
        var columns = means.Length;
        var scales = Tensor<double>(header, content, "columns.scale", "F64", columns).Values;
        var features = Tensor<int>(header, content, "columns.feature", "I32", columns).Values;
        var categories = Tensor<int>(header, content, "columns.category", "I32", columns).Values;
        List<NetworkLayer> layers = [];
        while (header.TryGetProperty(Name(layers.Count, "weight"), out _))
        {
            var (weights, shape) = Tensor<float>(header, content, Name(layers.Count, "weight"), "F32", null, null);
            layers.Add(new NetworkLayer(shape[1], shape[0], weights, Tensor<float>(header, content, Name(layers.Count, "bias"), "F32", shape[0]).Values));
        }

        return new NetworkModel(
            [.. means.Select((mean, i) => new ScaledColumn(features[i], categories[i] < 0 ? null : categories[i], mean, scales[i]))],
            layers,
            Tensor<double>(header, content, "output.mean", "F64", 1).Values[0],
            Tensor<double>(header, content, "output.scale", "F64", 1).Values[0]);
    }

    private static string Name(int layer, string part) => string.Create(CultureInfo.InvariantCulture, $"layers.{layer}.{part}");

    private static (string Name, string Type, int[] Shape, byte[] Content) Tensor<T>(string name, string type, ReadOnlySpan<T> values) where T : unmanaged =>
        (name, type, [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    private static (T[] Values, int[] Shape) Tensor<T>(JsonElement header, ReadOnlySpan<byte> content, string name, string type) where T : unmanaged =>
        Tensor<T>(header, content, name, type, [null]);

    /// <param name="header">What the file says of its tensors.</param>
    /// <param name="content">The tensors.</param>
    /// <param name="name">Which.</param>
    /// <param name="type">Its type must be this.</param>
    /// <param name="lengths">Its shape; null for any length.</param>
    private static (T[] Values, int[] Shape) Tensor<T>(
        JsonElement header, ReadOnlySpan<byte> content, string name, string type, params ReadOnlySpan<int?> lengths) where T : unmanaged
    {
        if (!header.TryGetProperty(name, out var tensor))
            throw Malformed($"there is no tensor {name}");
        int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt32())];
        var offsets = tensor.GetProperty("data_offsets");
        var (from, to) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        var fits = tensor.GetProperty("dtype").GetString() == type && shape.Length == lengths.Length;
        long count = 1;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = shape[i] >= 0 && (lengths[i] ?? shape[i]) == shape[i] && (count *= shape[i]) <= int.MaxValue;
        }

        if (!fits || from < 0 || to > content.Length || to - from != count * Marshal.SizeOf<T>())
            throw Malformed($"tensor {name} has another type, shape or length than it should have");
        return (MemoryMarshal.Cast<byte, T>(content[(int)from..(int)to]).ToArray(), shape);
    }

    private static byte[] Header(List<(string Name, string Type, int[] Shape, byte[] Content)> tensors)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", ModelDocument.NetworkFormatName);
            json.WriteString("activation", "relu");
            json.WriteEndObject();
            long at = 0;
            foreach (var (name, type, shape, content) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                foreach (var length in shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += content.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces, so that the first tensor is aligned.
        while (stream.Length % HeaderAlignment != 0)
            stream.WriteByte((byte)' ');
        return stream.ToArray();
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace ModelOperator.ModelFormat;

/// <summary>
/// The layers of a network in 8 bits, all together: layers.outputs (I32, one per layer; the first takes the columns, another what the one before makes), layers.scale
/// (BF16, or F32 where a scale needs it) and layers.bias (F16 or F32), one per output, and layers.code (U8), a zlib stream of the codes, output by output a byte for each
/// input. The stream has Huffman codes and no repetitions, since weights have none (S. Han et al., "Deep Compression", 2016, section 4): so a code is a bit or more.
/// </summary>
internal static class Int8NetworkFile
{
    /// <summary>The tensor that such a file has, and that of weights that are not coded lacks.</summary>
    internal const string CodeName = "layers.code";

    // Four times what a trainer makes; a layer is padded to some kilobytes, so that many empty ones would take more memory than their file.
    private const int MostLayers = 64;
    private const int BitsOfByte = 8;
    private const string OutputsName = "layers.outputs";
    private const string ScaleName = "layers.scale";
    private const string BiasName = "layers.bias";

    /// <summary>The layers' tensors, wide ones first. Nothing is lost: numbers that 16 bits do not hold are written in 32.</summary>
    internal static IEnumerable<Tensor> Tensors(IReadOnlyList<NetworkLayer> layers)
    {
        float[] scales = [.. layers.SelectMany(static layer => layer.Int8!.Scales.ToArray())];
        float[] biases = [.. layers.SelectMany(static layer => layer.Biases.ToArray())];
        var halves = Array.ConvertAll(biases, static bias => (Half)bias);
        Tensor[] numbers =
        [
            Tensor.Of<int>(OutputsName, "I32", [.. layers.Select(static layer => layer.Outputs)]),
            Array.TrueForAll(scales, static scale => NetworkRounding.IsShort(scale))
                ? Tensor.Of<ushort>(ScaleName, "BF16", Array.ConvertAll(scales, static scale => (ushort)(BitConverter.SingleToUInt32Bits(scale) >> 16)))
                : Tensor.Of<float>(ScaleName, "F32", scales),
            biases.Zip(halves).All(static pair => (float)pair.Second == pair.First)
                ? Tensor.Of<Half>(BiasName, "F16", halves)
                : Tensor.Of<float>(BiasName, "F32", biases),
        ];
        return numbers.OrderByDescending(static tensor => tensor.Type is "I32" or "F32").Append(Tensor.Of<byte>(CodeName, "U8", Deflate(layers)));
    }

    /// <exception cref="ModelFormatException">A tensor is missing, has another type or length, or the stream is damaged or holds more or fewer codes than the layers have.</exception>
    internal static List<NetworkLayer> Layers(TensorFile file, int columns)
    {
        var outputs = file.Vector<int>(OutputsName, "I32");
        if (outputs.Length is 0 or > MostLayers || Array.Exists(outputs, static count => count < 1))
            throw file.Malformed($"{OutputsName} names {outputs.Length} layers, expected 1 to {MostLayers} of one output or more each");
        long all = 0, codes = 0, inputs = columns;
        foreach (var count in outputs)
        {
            (all, codes) = (all + count, codes + (count * inputs));
            inputs = count;
            if (codes > Array.MaxLength)
                throw file.Malformed($"{OutputsName} names layers of more than {Array.MaxLength} weights");
        }

        if (all > Array.MaxLength)
            throw file.Malformed($"{OutputsName} names {all} outputs");
        ReadOnlyMemory<float> scales = Scales(file, (int)all), biases = Biases(file, (int)all);
        ReadOnlyMemory<sbyte> weights = Inflate(file, (int)codes);
        List<NetworkLayer> layers = [];
        var width = columns;
        foreach (var count in outputs)
        {
            var rounded = new Int8Weights(weights[..(count * width)], scales[..count]);
            layers.Add(new NetworkLayer(width, count, NetworkRounding.Weights(rounded, width), biases[..count]) { Int8 = rounded });
            (weights, scales, biases, width) = (weights[(count * width)..], scales[count..], biases[count..], count);
        }

        return layers;
    }

    private static float[] Scales(TensorFile file, int count) => file.TypeOf(ScaleName) == "BF16"
        ? Array.ConvertAll(file.Vector<ushort>(ScaleName, "BF16", count), static scale => BitConverter.UInt32BitsToSingle((uint)scale << 16))
        : file.Vector<float>(ScaleName, "F32", count);

    private static float[] Biases(TensorFile file, int count) => file.TypeOf(BiasName) == "F16"
        ? Array.ConvertAll(file.Vector<Half>(BiasName, "F16", count), static bias => (float)bias)
        : file.Vector<float>(BiasName, "F32", count);

    private static byte[] Deflate(IReadOnlyList<NetworkLayer> layers)
    {
        using var coded = new MemoryStream();
        using (var stream = new ZLibStream(coded, new ZLibCompressionOptions { CompressionLevel = 9, CompressionStrategy = ZLibCompressionStrategy.HuffmanOnly }, leaveOpen: true))
        {
            foreach (var layer in layers)
                stream.Write(MemoryMarshal.AsBytes(layer.Int8!.Codes.Span));
        }

        return coded.ToArray();
    }

    // Room is made for what the layers need and never for more, however much the stream holds; and a file that is much smaller than its layers gets none.
    private static sbyte[] Inflate(TensorFile file, int count)
    {
        var coded = file.Vector<byte>(CodeName, "U8");
        if (count > (long)coded.Length * BitsOfByte)
            throw file.Malformed($"{CodeName} has {coded.Length} bytes for {count} weights, less than a bit each");
        var codes = new sbyte[count];
        try
        {
            using var stream = new ZLibStream(new MemoryStream(coded), CompressionMode.Decompress);
            var read = stream.ReadAtLeast(MemoryMarshal.AsBytes(codes.AsSpan()), count, throwOnEndOfStream: false);
            if (read < count || stream.ReadByte() >= 0)
                throw file.Malformed($"{CodeName} holds {(read < count ? read : "more")} codes where the layers have {count} weights");
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw file.Malformed($"{CodeName} is damaged: {failure.Message}", failure);
        }

        // ZLibStream takes a stream that ends within its check sum, or goes on behind it.
        var (expected, actual) = (CheckSum(MemoryMarshal.AsBytes(codes.AsSpan())), BinaryPrimitives.ReadUInt32BigEndian(coded.AsSpan(coded.Length - sizeof(uint))));
        return expected == actual ? codes : throw file.Malformed($"{CodeName} is damaged: its check sum is {actual:x8}, that of its codes {expected:x8}");
    }

    // Adler-32 of RFC 1950, section 8; so many bytes fit into 32 bits before the remainder is taken.
    private static uint CheckSum(ReadOnlySpan<byte> bytes)
    {
        const int atOnce = 5552;
        const uint modulus = 65521;
        var (low, high) = (1u, 0u);
        while (bytes.Length > 0)
        {
            var part = bytes[..Math.Min(atOnce, bytes.Length)];
            foreach (var one in part)
            {
                low += one;
                high += low;
            }

            (low, high) = (low % modulus, high % modulus);
            bytes = bytes[part.Length..];
        }

        return (high << 16) | low;
    }
}

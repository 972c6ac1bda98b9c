using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ModelOperator.Server.Http;

namespace ModelOperator.Server.V2;

/// <summary>
/// The protocol's binary tensor extension: behind the JSON stand the elements of each tensor that names its size, little-endian and row by row; a text is its length
/// in four bytes and its UTF-8. NaN is a missing value, for which these types have no null.
/// </summary>
internal static class BinaryTensors
{
    internal const string Header = "Inference-Header-Content-Length";

    /// <summary>Parameter of a tensor: how many bytes it has behind the JSON.</summary>
    internal const string Size = "binary_data_size";

    /// <summary>Parameter of a requested output: whether it should come so.</summary>
    internal const string Output = "binary_data";

    /// <summary>Parameter of a request: whether outputs that say nothing should come so.</summary>
    internal const string AllOutputs = "binary_data_output";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the elements of all tensors that stand behind the JSON.</summary>
    /// <exception cref="RequestException">The bytes are not what the JSON says.</exception>
    internal static InferRequest Attach(InferRequest request, ReadOnlySpan<byte> bytes, int mostCells)
    {
        var inputs = new List<InferTensor>();
        foreach (var input in request.Inputs)
        {
            if (input.BinarySize is { } size)
            {
                if (size > bytes.Length)
                    throw RequestException.BadRequest($"input '{input.Name}' has a {Size} of {size}, but only {bytes.Length} bytes are left");
                var tensor = input with { Data = Decode(input, bytes[..(int)size], mostCells) };
                tensor.Check();
                inputs.Add(tensor);
                bytes = bytes[(int)size..];
            }
            else
            {
                inputs.Add(input);
            }

            mostCells -= inputs[^1].Data.Count;
        }

        return bytes.IsEmpty ? request with { Inputs = inputs } : throw RequestException.BadRequest($"{bytes.Length} bytes stand behind the last tensor");
    }

    /// <summary>Appends a tensor of texts.</summary>
    internal static void Write(IBufferWriter<byte> to, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var span = to.GetSpan(sizeof(int) + length);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        Encoding.UTF8.GetBytes(text, span[sizeof(int)..]);
        to.Advance(sizeof(int) + length);
    }

    /// <summary>Appends a tensor of numbers.</summary>
    internal static void Write(IBufferWriter<byte> to, ReadOnlySpan<float> values)
    {
        var span = to.GetSpan(values.Length * sizeof(float));
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(span[(i * sizeof(float))..], values[i]);
        to.Advance(values.Length * sizeof(float));
    }

    private static List<TensorCell> Decode(InferTensor tensor, ReadOnlySpan<byte> bytes, int mostCells)
    {
        var data = new List<TensorCell>();
        while (!bytes.IsEmpty)
        {
            if (data.Count >= mostCells)
                throw RequestException.TooManyRows();
            var length = tensor.IsText ? Text(tensor, bytes) : tensor.ElementSize;
            if (length > bytes.Length)
                throw RequestException.BadRequest($"input '{tensor.Name}' ends within element {data.Count}");
            data.Add(tensor.IsText ? Text(tensor, bytes[sizeof(uint)..(int)length], data.Count) : Number(tensor.Datatype, bytes));
            bytes = bytes[(int)length..];
        }

        return data;
    }

    // The length of the first text with that of its length.
    private static long Text(InferTensor tensor, ReadOnlySpan<byte> bytes) => BinaryPrimitives.TryReadUInt32LittleEndian(bytes, out var length)
        ? (long)length + sizeof(uint)
        : throw RequestException.BadRequest($"input '{tensor.Name}' ends within the length of a text");

    private static TensorCell Text(InferTensor tensor, ReadOnlySpan<byte> bytes, int element)
    {
        try
        {
            return new TensorCell(0, Strict.GetString(bytes), false);
        }
        catch (DecoderFallbackException)
        {
            throw RequestException.BadRequest($"element {element} of input '{tensor.Name}' is not UTF-8");
        }
    }

    private static TensorCell Number(string datatype, ReadOnlySpan<byte> bytes)
    {
        var number = datatype switch
        {
            "BOOL" => bytes[0] == 0 ? 0 : 1,
            "UINT8" => bytes[0],
            "INT8" => (sbyte)bytes[0],
            "UINT16" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            "INT16" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            "FP16" => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            "UINT32" => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            "INT32" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            "FP32" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            "UINT64" => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            "INT64" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        };
        return new TensorCell(double.IsNaN(number) ? 0 : number, null, double.IsNaN(number));
    }
}

using System.Globalization;
using ModelOperator.Server.Http;

namespace ModelOperator.Server.V2;

/// <summary>An input tensor of the Open Inference Protocol, its data flattened in row-major order.</summary>
internal sealed record InferTensor(string Name, string Datatype, IReadOnlyList<long> Shape, List<TensorCell> Data)
{
    internal bool IsText => Datatype == "BYTES";

    /// <summary>Bytes that hold it behind the JSON; null when the JSON has its data.</summary>
    internal long? BinarySize { get; init; }

    /// <summary>Bytes of one number.</summary>
    /// <exception cref="RequestException">There is no such type.</exception>
    internal int ElementSize => Datatype switch
    {
        "BOOL" or "UINT8" or "INT8" => 1,
        "UINT16" or "INT16" or "FP16" => 2,
        "UINT32" or "INT32" or "FP32" => 4,
        "UINT64" or "INT64" or "FP64" => 8,
        _ => throw RequestException.BadRequest($"input '{Name}' has datatype '{JsonText.Shorten(Datatype)}', which the protocol does not have"),
    };

    /// <summary>Checks datatype, shape and data against each other.</summary>
    internal void Check()
    {
        if (!IsText)
            _ = ElementSize;
        Int128 elements = 1;
        foreach (var length in Shape)
        {
            if (length < 0)
                throw RequestException.BadRequest($"input '{Name}' has a negative length in its shape");
            // Longer than any body could be; stops the product from overflowing.
            elements = Int128.Min(elements * length, long.MaxValue);
        }

        if (elements != Data.Count)
            throw RequestException.BadRequest($"input '{Name}' has shape [{string.Join(", ", Shape)}], which is {elements} elements, but {Data.Count} elements of data");
        if (Data.FindIndex(cell => !cell.IsNull && cell.Text is not null != IsText) is var wrong and >= 0)
            throw RequestException.BadRequest($"input '{Name}' has datatype {Datatype}, but element {wrong} is {(Data[wrong].Text is null ? "a number" : "a text")}");
        // What stands behind the JSON cannot be anything else.
        if (BinarySize is null && Data.FindIndex(cell => !cell.IsNull && !Holds(cell.Number)) is var strange and >= 0)
            throw RequestException.BadRequest(string.Create(CultureInfo.InvariantCulture, $"input '{Name}' has datatype {Datatype}, but element {strange} is {Data[strange].Number:R}"));
    }

    // Whether the type has such a number; 2^63 and 2^64 are the 64-bit types' largest in 64-bit floating point.
    private bool Holds(double number) => Datatype switch
    {
        "BOOL" => number is 0 or 1,
        "UINT8" => IsWhole(number, 0, byte.MaxValue),
        "INT8" => IsWhole(number, sbyte.MinValue, sbyte.MaxValue),
        "UINT16" => IsWhole(number, 0, ushort.MaxValue),
        "INT16" => IsWhole(number, short.MinValue, short.MaxValue),
        "UINT32" => IsWhole(number, 0, uint.MaxValue),
        "INT32" => IsWhole(number, int.MinValue, int.MaxValue),
        "UINT64" => IsWhole(number, 0, ulong.MaxValue),
        "INT64" => IsWhole(number, long.MinValue, long.MaxValue),
        _ => true,
    };

    private static bool IsWhole(double number, double least, double most) => number >= least && number <= most && number == Math.Floor(number);
}

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
    }
}

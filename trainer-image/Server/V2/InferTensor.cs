using ModelOperator.Server.Http;

namespace ModelOperator.Server.V2;

/// <summary>An input tensor of the Open Inference Protocol, its data flattened in row-major order.</summary>
internal sealed record InferTensor(string Name, string Datatype, IReadOnlyList<long> Shape, List<TensorCell> Data)
{
    private static readonly string[] NumericTypes =
        ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64"];

    internal bool IsText => Datatype == "BYTES";

    /// <summary>Checks datatype, shape and data against each other.</summary>
    internal void Check()
    {
        if (!IsText && !NumericTypes.Contains(Datatype, StringComparer.Ordinal))
            throw RequestException.BadRequest($"input '{Name}' has datatype '{JsonText.Shorten(Datatype)}', which the protocol does not have");
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

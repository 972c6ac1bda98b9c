using System.Text.Json;
using ModelOperator.Server.Http;

namespace ModelOperator.Server.V2;

/// <summary>One element of a tensor: a number (booleans count as 0 and 1), a text, or neither when it is null.</summary>
internal readonly record struct TensorCell(double Number, string? Text, bool IsNull)
{
    internal static TensorCell Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => new TensorCell(reader.GetDouble(), null, false),
        JsonTokenType.True => new TensorCell(1, null, false),
        JsonTokenType.False => new TensorCell(0, null, false),
        JsonTokenType.String => new TensorCell(0, reader.GetString(), false),
        JsonTokenType.Null => new TensorCell(0, null, true),
        _ => throw RequestException.BadRequest($"tensor data holds {JsonText.Describe(ref reader)}, expected numbers, texts or null"),
    };
}

using System.Text.Json;

namespace ModelOperator.Server.Http;

/// <summary>Runs a reader over a body and turns its complaints into 400 with the position.</summary>
internal static class JsonText
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    internal delegate T Reading<out T>(ref Utf8JsonReader reader);

    internal static T Read<T>(ReadOnlySpan<byte> body, Reading<T> reading)
    {
        var reader = new Utf8JsonReader(body, Options);
        try
        {
            if (body.IsEmpty)
                throw RequestException.BadRequest("the body is empty, expected a JSON object");
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw RequestException.BadRequest("the body must be a JSON object");
            var result = reading(ref reader);
            return !reader.Read() ? result : throw RequestException.BadRequest("there is text after the JSON object");
        }
        catch (JsonException failure)
        {
            // The library's message carries the zero-based position at its end; people count from one.
            var reason = failure.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
            throw RequestException.BadRequest($"malformed JSON at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}: {reason}");
        }
        catch (InvalidOperationException)
        {
            // Thrown for texts that are not UTF-8 or hold a lone surrogate.
            throw RequestException.BadRequest($"malformed JSON near byte {reader.TokenStartIndex + 1}: a text is not valid Unicode");
        }
    }

    /// <summary>The text of the token as a message may quote it.</summary>
    internal static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => $"the text '{Shorten(reader.GetString()!)}'",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "an array",
        _ => "an object",
    };

    internal static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";

    internal static string String(ref Utf8JsonReader reader, string property) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString()!
            : throw RequestException.BadRequest($"'{property}' is {Describe(ref reader)}, expected a text");
}

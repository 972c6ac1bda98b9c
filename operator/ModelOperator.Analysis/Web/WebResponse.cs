using System.Text.Json;

namespace ModelOperator.Analysis;

/// <summary>
/// Reads a JSON answer at a <see cref="JsonPath"/>: a number, a string that holds one, true (1) or false (0), or an array of these. A path that leads nowhere and
/// <c>null</c> are no data; an object, and text that is no number, are errors.
/// </summary>
public static class WebResponse
{
    /// <summary>Classifies a body. Never throws.</summary>
    public static Sample Parse(ReadOnlyMemory<byte> utf8Json, JsonPath path)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8Json);
            List<Sample> values = [];
            foreach (var found in path.Select(document.RootElement))
                values.AddRange(found.ValueKind == JsonValueKind.Array ? found.EnumerateArray().Select(Value) : [Value(found)]);
            return values.Count == 0 ? Nothing : Sample.Together(values) is { Kind: not SampleKind.Empty } sample ? sample : Nothing;
        }
        catch (JsonException)
        {
            return Sample.NotReadable("the answer is not JSON");
        }
    }

    private static Sample Nothing { get; } = Sample.Empty with { Detail = "there is nothing at the path in the answer" };

    private static Sample Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => Sample.Of(element.GetDouble()),
        JsonValueKind.True => Sample.Of(1.0),
        JsonValueKind.False => Sample.Of(0.0),
        JsonValueKind.String => Sample.Parse(element.GetString()!.Trim()),
        JsonValueKind.Null => Sample.Empty,
        JsonValueKind.Array => Sample.NotReadable("the path leads to an array of arrays, not to numbers"),
        _ => Sample.NotReadable("the path leads to an object, not to a number"),
    };
}

using System.Text.Json;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>Sorts a feedback body by the version in its prediction ids, <c>&lt;version&gt;~...</c>. Pure.</summary>
internal static class FeedbackSplit
{
    /// <summary>
    /// A single <c>{"id": ...}</c> goes whole to its version; a batch <c>{"predictions": [{"id": ...}]}</c> is cut into one batch per version, order kept.
    /// A body with an id of unknown version is refused whole: half-taken feedback would bias the comparison.
    /// </summary>
    public static FeedbackParts Split(ReadOnlyMemory<byte> body, RouteTable table)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return FeedbackParts.Bad("the body must be a JSON object with 'id' or 'predictions'");
            if (root.TryGetProperty("predictions", out var predictions))
                return Batch(predictions, table);
            var (arm, problem) = ArmOf(root, table);
            return arm is null ? problem! : new([(arm, body.ToArray())], null, null);
        }
        catch (JsonException)
        {
            return FeedbackParts.Bad("the body is not JSON");
        }
        catch (InvalidOperationException)
        {
            return FeedbackParts.Bad("a text holds half a character (one surrogate of a pair)");
        }
    }

    private static FeedbackParts Batch(JsonElement predictions, RouteTable table)
    {
        if (predictions.ValueKind != JsonValueKind.Array || predictions.GetArrayLength() == 0)
            return FeedbackParts.Bad("'predictions' must be a list with at least one item");
        List<(Arm Arm, List<JsonElement> Items)> groups = [];
        foreach (var item in predictions.EnumerateArray())
        {
            var (arm, problem) = ArmOf(item, table);
            if (arm is null)
                return problem!;
            var group = groups.Find(entry => ReferenceEquals(entry.Arm, arm));
            if (group.Items is null)
                groups.Add(group = (arm, []));
            group.Items.Add(item);
        }

        return new([.. groups.Select(group => (group.Arm, Write(group.Items)))], null, null);
    }

    private static byte[] Write(List<JsonElement> items)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("predictions");
            foreach (var item in items)
                item.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static (Arm? Arm, FeedbackParts? Problem) ArmOf(JsonElement item, RouteTable table)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
            return (null, FeedbackParts.Bad("every prediction needs 'id', the prediction id as text"));
        var text = id.GetString()!;
        var at = text.IndexOf('~', StringComparison.Ordinal);
        if (at <= 0)
            return (null, FeedbackParts.Bad("a prediction id has the form <version>~<rest>"));
        return table.ByVersion(text.AsSpan(0, at)) is { } arm
            ? (arm, null)
            : (null, FeedbackParts.Unknown($"version '{text[..Math.Min(at, 100)]}' is not served here (any more); served: {string.Join(", ", table.Arms.Select(known => known.Version))}"));
    }
}

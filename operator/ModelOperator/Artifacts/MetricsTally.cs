using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>The last finite value of each metric among JSON lines <c>{"metric","value","step","ts"}</c>. Lines that are none are left out: a trainer may have been cut off while it wrote. Not thread-safe.</summary>
public sealed class MetricsTally
{
    /// <summary>Longest line that is read, in characters or bytes.</summary>
    public const int LongestLine = 64 * 1024;

    private readonly List<string> order = [];
    private readonly Dictionary<string, double> last = new(StringComparer.Ordinal);

    /// <summary>In the order of first sight; at most <see cref="TrainerResultReader.MaxMetrics"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Values => [.. order.Select(name => KeyValuePair.Create(name, last[name]))];

    /// <summary>Takes one line.</summary>
    public void Add(string line)
    {
        if (line.Length > LongestLine || Parse(line) is not { } pair)
            return;
        if (!last.ContainsKey(pair.Key))
        {
            if (order.Count == TrainerResultReader.MaxMetrics)
                return;
            order.Add(pair.Key);
        }

        last[pair.Key] = pair.Value;
    }

    private static KeyValuePair<string, double>? Parse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("metric", out var metric) && metric.ValueKind == JsonValueKind.String && metric.GetString() is { Length: > 0 and <= 128 } name
                && root.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
                return KeyValuePair.Create(name, number);
        }
        catch (JsonException)
        {
            // Half a line.
        }

        return null;
    }
}

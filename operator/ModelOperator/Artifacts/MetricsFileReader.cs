using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>Reads the JSON lines <c>{"metric","value","step","ts"}</c> of MODELOP_METRICS_FILE. Lines that are none are left out: a trainer may have been cut off while it wrote.</summary>
public static class MetricsFileReader
{
    /// <summary>Longest file, in bytes; of a longer one the end is read.</summary>
    public const long MostBytes = 64L << 20;

    private const int LongestLine = 64 * 1024;

    /// <summary>The last finite value of each metric, in the order of first sight; empty when there is no file.</summary>
    public static async Task<IReadOnlyList<KeyValuePair<string, double>>> ReadAsync(string? path, CancellationToken cancellationToken)
    {
        // A link could lead to a file that only the publisher may read.
        if (string.IsNullOrEmpty(path) || UnixFiles.KindOf(path) != FileKind.File)
            return [];
        await using var file = File.OpenRead(path);
        if (file.Length > MostBytes)
            file.Position = file.Length - MostBytes;
        using var lines = new StreamReader(file);
        var order = new List<string>();
        var last = new Dictionary<string, double>(StringComparer.Ordinal);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > LongestLine || Parse(line) is not { } pair)
                continue;
            if (!last.ContainsKey(pair.Key))
            {
                if (order.Count == TrainerResultReader.MaxMetrics)
                    continue;
                order.Add(pair.Key);
            }

            last[pair.Key] = pair.Value;
        }

        return [.. order.Select(name => KeyValuePair.Create(name, last[name]))];
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

namespace ModelOperator.Artifacts;

/// <summary>Reads MODELOP_METRICS_FILE once, when the trainer is done.</summary>
public static class MetricsFileReader
{
    /// <summary>Longest file, in bytes; of a longer one the end is read.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>The last finite value of each metric; empty when there is no file.</summary>
    public static async Task<IReadOnlyList<KeyValuePair<string, double>>> ReadAsync(string? path, CancellationToken cancellationToken)
    {
        // A link could lead to a file that only the publisher may read.
        if (string.IsNullOrEmpty(path) || UnixFiles.KindOf(path) != FileKind.File)
            return [];
        await using var file = File.OpenRead(path);
        if (file.Length > MostBytes)
            file.Position = file.Length - MostBytes;
        using var lines = new StreamReader(file);
        var tally = new MetricsTally();
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
            tally.Add(line);
        return tally.Values;
    }
}

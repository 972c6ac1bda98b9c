using System.Text;

namespace ModelOperator.Artifacts;

/// <summary>
/// Reads MODELOP_METRICS_FILE while a trainer writes it: each look takes the whole lines that were added since the last one. A file that became
/// shorter, or begins with other bytes, is another one and read from its beginning. Holds one line's worth of memory. Not thread-safe.
/// </summary>
/// <param name="path">The file; it need not be there yet.</param>
public sealed class MetricsFileFollower(string path)
{
    private const int HeadBytes = 256;

    private readonly byte[] buffer = new byte[MetricsTally.LongestLine];
    private MetricsTally tally = new();
    private byte[] head = [];
    private long offset;
    private bool withinLine;

    /// <summary>Looks at the file; the last finite value of each metric so far.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public async Task<IReadOnlyList<KeyValuePair<string, double>>> LookAsync(CancellationToken cancellationToken)
    {
        // A link could lead out of the folder, and a pipe would never end.
        if (UnixFiles.KindOf(path) != FileKind.File)
            return tally.Values;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var first = new byte[HeadBytes];
        first = first[..await RandomAccess.ReadAsync(file, first, 0, cancellationToken)];
        if (length < offset || !first.AsSpan().StartsWith(head))
            (tally, offset, withinLine) = (new(), 0, false);
        if (length - offset > MetricsFileReader.MostBytes)
            (offset, withinLine) = (length - MetricsFileReader.MostBytes, true);
        // As far as the file went at the beginning: a trainer that writes without pause must not keep this look from its end.
        while (offset < length)
        {
            var read = await RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);
            var whole = buffer.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
            Take(buffer.AsSpan(0, whole));
            if (whole == 0 && read == buffer.Length)
                (whole, withinLine) = (read, true);
            if (whole == 0)
                break;
            offset += whole;
        }

        head = first[..(int)Math.Min(offset, first.Length)];
        return tally.Values;
    }

    private void Take(ReadOnlySpan<byte> lines)
    {
        while (lines.IndexOf((byte)'\n') is >= 0 and var end)
        {
            // The rest of a line that was too long, or whose beginning was left out, is none.
            if (!withinLine)
                tally.Add(Encoding.UTF8.GetString(lines[..end]));
            withinLine = false;
            lines = lines[(end + 1)..];
        }
    }
}

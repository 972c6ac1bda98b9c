using System.Globalization;

namespace ModelOperator.Artifacts;

/// <summary>Prints how far a transfer is, at most every few seconds, so that the pod's log shows life without noise.</summary>
public sealed class TransferProgress(string what, long? total, TimeProvider time, TextWriter output)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private DateTimeOffset _next = time.GetUtcNow() + Interval;

    /// <summary>Bytes moved in all tries together; grows only.</summary>
    public long Moved { get; private set; }

    /// <summary>So many more bytes moved; the position says how far the transfer is.</summary>
    public void Report(long bytes, long position)
    {
        Moved += bytes;
        var now = time.GetUtcNow();
        if (now < _next)
            return;
        _next = now + Interval;
        output.WriteLine(total is > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{what}: {Size(position)} of {Size(total.Value)} ({100.0 * position / total.Value:0} %)")
            : $"{what}: {Size(position)}");
    }

    /// <summary>A size for people, in binary units.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1024 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.00} GiB"),
    };
}

using System.Globalization;

namespace ModelOperator.Artifacts;

/// <summary>Prints how far a transfer is, at most every few seconds, so that the pod's log shows life without noise.</summary>
public sealed class TransferProgress(string what, long? total, TimeProvider time, TextWriter output)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private DateTimeOffset _next = time.GetUtcNow() + Interval;

    /// <summary>Furthest position of all tries. Bytes that are sent again and again are no progress.</summary>
    public long Furthest { get; private set; }

    /// <summary>The transfer has come to this position, in bytes.</summary>
    public void Report(long position)
    {
        Furthest = Math.Max(Furthest, position);
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

using System.Globalization;
using System.Text;

namespace ModelOperator.Artifacts;

/// <summary>Counts of the store, shown at <c>/metrics</c> in Prometheus' text format.</summary>
public sealed class StoreCounters
{
    private readonly long[] _uploads = new long[Enum.GetValues<BlobPutOutcome>().Length];
    private long _blobs;
    private long _bytes;
    private long _swept;
    private long _active;

    /// <summary>Number of blobs kept.</summary>
    public long Blobs => Interlocked.Read(ref _blobs);

    /// <summary>Bytes of all blobs.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Temporary files of a predecessor that were removed at start.</summary>
    public long Swept => Interlocked.Read(ref _swept);

    /// <summary>Counts a new blob of so many bytes.</summary>
    public void BlobAdded(long bytes)
    {
        Interlocked.Increment(ref _blobs);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Counts a temporary file that a crash left behind.</summary>
    public void OrphanSwept() => Interlocked.Increment(ref _swept);

    /// <summary>Counts an upload that begins.</summary>
    public void UploadStarted() => Interlocked.Increment(ref _active);

    /// <summary>Counts how an upload ended.</summary>
    public void UploadEnded(BlobPutOutcome outcome)
    {
        Interlocked.Decrement(ref _active);
        Interlocked.Increment(ref _uploads[(int)outcome]);
    }

    /// <summary>The metrics page.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        Append(text, "modelop_store_blobs", "gauge", "Blobs kept.", Blobs);
        Append(text, "modelop_store_bytes", "gauge", "Bytes of all blobs.", Bytes);
        Append(text, "modelop_store_uploads_in_progress", "gauge", "Uploads that run now.", Interlocked.Read(ref _active));
        Append(text, "modelop_store_orphans_swept_total", "counter", "Temporary files removed at start.", Swept);
        text.Append("# HELP modelop_store_uploads_total Uploads by result.\n# TYPE modelop_store_uploads_total counter\n");
        foreach (var outcome in Enum.GetValues<BlobPutOutcome>())
        {
            var count = Interlocked.Read(ref _uploads[(int)outcome]);
            text.Append(CultureInfo.InvariantCulture, $"modelop_store_uploads_total{{result=\"{outcome}\"}} {count}\n");
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string kind, string help, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
}

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
    private long _collections;
    private long _collected;
    private long _collectedBytes;
    private long _corrupt;
    private long _backingFailures;
    private CollectionReport? _last;

    /// <summary>Number of blobs kept.</summary>
    public long Blobs => Interlocked.Read(ref _blobs);

    /// <summary>Bytes of all blobs.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Temporary files, and uploads in parts, of a predecessor that were removed at start.</summary>
    public long Swept => Interlocked.Read(ref _swept);

    /// <summary>Counts the blobs that are there at start.</summary>
    public void BlobsFound(long count, long bytes)
    {
        Interlocked.Add(ref _blobs, count);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Counts a new blob of so many bytes.</summary>
    public void BlobAdded(long bytes)
    {
        Interlocked.Increment(ref _blobs);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Counts a blob that was collected.</summary>
    public void BlobRemoved(long bytes)
    {
        Interlocked.Decrement(ref _blobs);
        Interlocked.Add(ref _bytes, -bytes);
        Interlocked.Increment(ref _collected);
        Interlocked.Add(ref _collectedBytes, bytes);
    }

    /// <summary>Notes how a collection ended.</summary>
    public void Collected(CollectionReport report)
    {
        Interlocked.Increment(ref _collections);
        Volatile.Write(ref _last, report);
    }

    /// <summary>Counts temporary files, or uploads in parts, that a crash left behind.</summary>
    public void OrphansSwept(int count) => Interlocked.Add(ref _swept, count);

    /// <summary>Counts a blob that was found to have other bytes than it is named by.</summary>
    public void CorruptFound() => Interlocked.Increment(ref _corrupt);

    /// <summary>Counts a call to a backing elsewhere that failed for good.</summary>
    public void BackingFailed() => Interlocked.Increment(ref _backingFailures);

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
        Append(text, "modelop_store_orphans_swept_total", "counter", "Temporary files and uploads in parts removed at start.", Swept);
        text.Append("# HELP modelop_store_uploads_total Uploads by result.\n# TYPE modelop_store_uploads_total counter\n");
        foreach (var outcome in Enum.GetValues<BlobPutOutcome>())
        {
            var count = Interlocked.Read(ref _uploads[(int)outcome]);
            text.Append(CultureInfo.InvariantCulture, $"modelop_store_uploads_total{{result=\"{outcome}\"}} {count}\n");
        }
        Append(text, "modelop_store_corrupt_blobs_total", "counter", "Blobs that were found to have other bytes than they are named by.", Interlocked.Read(ref _corrupt));
        Append(text, "modelop_store_backing_failures_total", "counter", "Calls to the S3 service that failed after all tries.", Interlocked.Read(ref _backingFailures));
        RenderCollections(text);
        return text.ToString();
    }

    private void RenderCollections(StringBuilder text)
    {
        Append(text, "modelop_store_collections_total", "counter", "Collections of garbage that came to an end.", Interlocked.Read(ref _collections));
        Append(text, "modelop_store_collected_blobs_total", "counter", "Blobs that collections deleted.", Interlocked.Read(ref _collected));
        Append(text, "modelop_store_collected_bytes_total", "counter", "Bytes of blobs that collections deleted.", Interlocked.Read(ref _collectedBytes));
        if (Volatile.Read(ref _last) is not { } last)
            return;
        Append(text, "modelop_store_collection_timestamp_seconds", "gauge", "When the last collection began.", last.Begun.ToUnixTimeSeconds());
        Append(text, "modelop_store_named_digests", "gauge", "Digests that objects named at the last collection.", last.Named);
        Append(text, "modelop_store_garbage_blobs", "gauge", "Blobs that nothing names and nobody used for the grace period, at the last collection.", last.GarbageBlobs);
        Append(text, "modelop_store_garbage_bytes", "gauge", "Bytes of these.", last.GarbageBytes);
    }

    internal static void Append(StringBuilder text, string name, string kind, string help, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
}

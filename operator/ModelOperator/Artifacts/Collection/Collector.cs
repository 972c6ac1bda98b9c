using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>
/// Collects garbage: who knows the objects begins a collection, lists them, and says all digests that they name; what none of them names, and nobody used for
/// the grace period, is garbage. A blob is deleted under the lock that uploads and touches take, and only when it still is unused, so it does not matter when
/// an upload, a question or a crash comes. One collection at a time; one that was begun anew, or in another process, makes the old one void.
/// </summary>
public sealed partial class Collector(BlobStore blobs, ArtifactStoreOptions options, StoreCounters counters, TimeProvider time, ILogger<Collector> logger) : IDisposable
{
    /// <summary>Garbage that a report lists by digest at most.</summary>
    public const int MostListed = 1000;

    private readonly SemaphoreSlim _one = new(1);
    private OpenCollection? _open;

    /// <summary>The last collection of this process; null before the first.</summary>
    public CollectionReport? Last { get; private set; }

    /// <summary>Begins a collection.</summary>
    public OpenCollection Begin() =>
        _open = new OpenCollection { Id = RandomNumberGenerator.GetHexString(16, lowercase: true), Begun = time.GetUtcNow() };

    /// <summary>Ends the collection that is open with what is named; null when that is another one.</summary>
    /// <param name="id">The collection.</param>
    /// <param name="named">All digests that objects named after it began.</param>
    /// <param name="cancellationToken">Stops between two blobs.</param>
    public async Task<CollectionReport?> EndAsync(string id, IReadOnlySet<Sha256Digest> named, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_open is not { } open || open.Id != id)
                return null;
            _open = null;
            // Off the request's own thread: a hundred thousand files are looked at.
            return Last = await Task.Run(() => Sweep(open, named, cancellationToken), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private CollectionReport Sweep(OpenCollection open, IReadOnlySet<Sha256Digest> named, CancellationToken cancellationToken)
    {
        blobs.StartRemoving();
        try
        {
            var verdicts = CollectionRules.Decide([.. blobs.List()], named, blob => blobs.FilesOf(blob.Digest), open.Begun, options.Grace);
            foreach (var (blob, _) in verdicts.Where(static one => one.Verdict == CollectionVerdict.Named))
            {
                cancellationToken.ThrowIfCancellationRequested();
                blobs.TouchNamed(blob.Digest);
            }

            // A manifest goes before its files: whatever comes in between, there are files without a manifest, never a manifest without files.
            var garbage = verdicts.Where(static one => one.Verdict == CollectionVerdict.Garbage).Select(static one => one.Blob)
                .OrderByDescending(blob => blobs.FilesOf(blob.Digest).Count > 0).ThenBy(static blob => blob.LastUsed).ToList();
            var report = Report(open, named, verdicts, garbage, options.Collection == CollectionMode.Delete ? Delete(garbage, open, cancellationToken) : []);
            counters.Collected(report);
            LogCollected(report.Id, report.Mode, report.Named, report.Blobs, report.GarbageBlobs, report.GarbageBytes, report.DeletedBlobs, report.DeletedBytes);
            return report;
        }
        finally
        {
            blobs.StopRemoving();
        }
    }

    private HashSet<Sha256Digest> Delete(List<BlobFact> garbage, OpenCollection open, CancellationToken cancellationToken)
    {
        HashSet<Sha256Digest> deleted = [];
        foreach (var blob in garbage)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!blobs.Remove(blob.Digest, CollectionRules.UnusedSince(open.Begun, options.Grace)))
                continue;
            deleted.Add(blob.Digest);
            LogDeleted(blob.Digest.Hex, blob.Size, blob.LastUsed);
        }

        return deleted;
    }

    private CollectionReport Report(
        OpenCollection open, IReadOnlySet<Sha256Digest> named, IReadOnlyCollection<(BlobFact Blob, CollectionVerdict Verdict)> verdicts, List<BlobFact> garbage, HashSet<Sha256Digest> deleted)
    {
        var listed = garbage.OrderBy(static blob => blob.LastUsed).Take(MostListed)
            .Select(blob => new CollectedBlob { Digest = blob.Digest.ToString(), SizeBytes = blob.Size, LastUsed = blob.LastUsed, Deleted = deleted.Contains(blob.Digest) });
        return new()
        {
            Id = open.Id,
            Mode = options.Collection,
            Begun = open.Begun,
            GraceHours = options.Grace.TotalHours,
            Named = named.Count,
            Blobs = verdicts.Count,
            NamedBlobs = verdicts.Count(static one => one.Verdict == CollectionVerdict.Named),
            UsedBlobs = verdicts.Count(static one => one.Verdict is CollectionVerdict.Used or CollectionVerdict.OfUsed),
            GarbageBlobs = garbage.Count,
            GarbageBytes = garbage.Sum(static blob => blob.Size),
            DeletedBlobs = deleted.Count,
            DeletedBytes = garbage.Where(blob => deleted.Contains(blob.Digest)).Sum(static blob => blob.Size),
            Garbage = [.. listed],
        };
    }
}

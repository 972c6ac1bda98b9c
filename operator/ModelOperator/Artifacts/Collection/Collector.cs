using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>
/// Collects garbage: who knows the objects begins a collection, lists them, and says all digests that they name; what none of them names, and nobody used for
/// the grace period, is garbage. Uploads and touches of a blob wait while it is deleted, and it is only when it still is unused, so it does not matter when
/// an upload, a question or a crash comes. One collection at a time; one that was begun anew, or in another process, makes the old one void.
/// </summary>
public sealed partial class Collector(BlobStore blobs, ArtifactStoreOptions options, StoreCounters counters, TimeProvider time, ILogger<Collector> logger) : IDisposable
{
    /// <summary>Garbage that a report lists by digest at most.</summary>
    public const int MostListed = 1000;

    private const int TouchesAtOnce = 8;

    // What is named is said to be used so often within a grace period, not at every collection.
    private const int NamedPerGrace = 24;

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
            return Last = await Task.Run(() => SweepAsync(open, named, cancellationToken), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private async Task<CollectionReport> SweepAsync(OpenCollection open, IReadOnlySet<Sha256Digest> named, CancellationToken cancellationToken)
    {
        blobs.StartRemoving();
        try
        {
            var listed = new List<BlobFact>();
            await foreach (var blob in blobs.ListAsync(cancellationToken))
                listed.Add(blob);
            // All of them, or an exception and no collection.
            var files = await blobs.FilesOfAsync(listed, cancellationToken);
            var verdicts = CollectionRules.Decide(listed, named, blob => files.GetValueOrDefault(blob.Digest) ?? [], open.Begun, options.Grace);
            await TouchNamedAsync(verdicts, cancellationToken);
            await blobs.TidyAsync(cancellationToken);

            // A manifest goes before its files: whatever comes in between, there are files without a manifest, never a manifest without files.
            var garbage = verdicts.Where(static one => one.Verdict == CollectionVerdict.Garbage).Select(static one => one.Blob)
                .OrderByDescending(blob => files.ContainsKey(blob.Digest)).ThenBy(static blob => blob.LastUsed).ToList();
            var report = Report(open, named, verdicts, garbage, options.Collection == CollectionMode.Delete ? await DeleteAsync(garbage, open, cancellationToken) : []);
            counters.Collected(report);
            LogCollected(report.Id, report.Mode, report.Named, report.Blobs, report.GarbageBlobs, report.GarbageBytes, report.DeletedBlobs, report.DeletedBytes);
            return report;
        }
        finally
        {
            blobs.StopRemoving();
        }
    }

    private async Task TouchNamedAsync(IEnumerable<(BlobFact Blob, CollectionVerdict Verdict)> verdicts, CancellationToken cancellationToken)
    {
        var resolution = options.Grace / NamedPerGrace;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = TouchesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            verdicts.Where(static one => one.Verdict == CollectionVerdict.Named), parallel, async (one, token) => await blobs.TouchNamedAsync(one.Blob, resolution, token));
    }

    private async Task<HashSet<Sha256Digest>> DeleteAsync(List<BlobFact> garbage, OpenCollection open, CancellationToken cancellationToken)
    {
        HashSet<Sha256Digest> deleted = [];
        foreach (var blob in garbage)
        {
            if (!await blobs.RemoveAsync(blob, CollectionRules.UnusedSince(open.Begun, options.Grace), cancellationToken))
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

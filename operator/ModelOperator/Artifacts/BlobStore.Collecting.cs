using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace ModelOperator.Artifacts;

public sealed partial class BlobStore
{
    // A manifest's first line: 64 digits, two spaces, a size.
    private const int ManifestStart = Sha256Digest.HexLength + 3;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private const int ReadAtOnce = 16;

    private readonly Lock _uses = new();
    private readonly ConcurrentDictionary<Sha256Digest, bool> _plain = new();
    private readonly Dictionary<Sha256Digest, int> _using = [];
    private HashSet<Sha256Digest>? _usedMeanwhile;
    private HashSet<Sha256Digest> _filesOfUsed = [];
    private (Sha256Digest Digest, TaskCompletionSource Ended)? _removing;

    /// <summary>How exact the time of the last use is: a blob that is read all the time is not written to each time.</summary>
    public static TimeSpan TouchResolution { get; } = TimeSpan.FromHours(1);

    /// <summary>Says that a blob is used now, durably; its size, or null when it is not there. After this no collection that is under way takes it, or its files when it is a manifest.</summary>
    public async Task<long?> TouchAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        using var use = await BeginUseAsync(digest);
        if (await SizeAsync(digest, cancellationToken) is not { } size)
            return null;
        // On a volume a blob is seen a moment before it is there for good; who is told that it is there sends it no more.
        if (_commits.IsTaken(digest) && _backing.FileOf(digest) is not null)
            (await _commits.EnterAsync(digest, cancellationToken)).Dispose();
        await _backing.MarkUsedAsync(digest, _time.GetUtcNow(), _time.GetUtcNow() - TouchResolution, cancellationToken);
        return size;
    }

    /// <summary>The same for who reads: a backing that takes no writes is still read.</summary>
    public async Task<long?> TouchToReadAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        using var use = await BeginUseAsync(digest);
        var size = await SizeAsync(digest, cancellationToken);
        try
        {
            if (size is not null)
                await _backing.MarkUsedAsync(digest, _time.GetUtcNow(), _time.GetUtcNow() - TouchResolution, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Its last use stays what it was.
        }

        return size;
    }

    /// <summary>The same for what a collection itself knows to be in use, with its files; the next collection would say it again.</summary>
    /// <param name="blob">Blob as it was listed.</param>
    /// <param name="resolution">Nothing is written when it was used so lately.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task TouchNamedAsync(BlobFact blob, TimeSpan resolution, CancellationToken cancellationToken)
    {
        if (_time.GetUtcNow() is var now && blob.LastUsed <= now - resolution)
            await _backing.MarkUsedAsync(blob.Digest, now, now - resolution, cancellationToken);
    }

    /// <summary>All blobs as they are now.</summary>
    public IAsyncEnumerable<BlobFact> ListAsync(CancellationToken cancellationToken) => _backing.ListAsync(cancellationToken);

    /// <summary>Digests of the files of each artifact whose manifest is among these blobs.</summary>
    /// <exception cref="BackingException">A blob cannot be read: what it lists is not known, and nothing may be taken for garbage.</exception>
    public async Task<IReadOnlyDictionary<Sha256Digest, IReadOnlyCollection<Sha256Digest>>> FilesOfAsync(IEnumerable<BlobFact> blobs, CancellationToken cancellationToken)
    {
        var files = new ConcurrentDictionary<Sha256Digest, IReadOnlyCollection<Sha256Digest>>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(blobs.Where(static blob => blob.Size is > ManifestStart and <= ArtifactManifest.MaxBytes), parallel, async (blob, token) =>
        {
            if (await FilesOfAsync(blob.Digest, blob.Size, token) is { Count: > 0 } listed)
                files[blob.Digest] = listed;
        });
        return files;
    }

    /// <summary>Removes what uploads that failed left in the backing.</summary>
    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        await SettleAllAsync(cancellationToken);
        await _backing.TidyAsync(cancellationToken);
    }

    /// <summary>Begins to remember what is used meanwhile, and what is being asked for already: its use is not written down yet. Before the blobs are listed; ended by <see cref="StopRemoving"/>.</summary>
    public void StartRemoving()
    {
        lock (_uses)
            (_usedMeanwhile, _filesOfUsed) = ([.. _using.Keys], []);
    }

    /// <summary>Ends what <see cref="StartRemoving"/> began.</summary>
    public void StopRemoving()
    {
        lock (_uses)
            (_usedMeanwhile, _filesOfUsed) = (null, []);
    }

    /// <summary>Deletes a blob unless it, or an artifact that it belongs to, was used meanwhile; true when it is gone by this. One at a time.</summary>
    /// <param name="blob">Blob as it was listed.</param>
    /// <param name="unusedSince">What was last used after this moment stays.</param>
    /// <param name="cancellationToken">Ends it before it begins.</param>
    public async Task<bool> RemoveAsync(BlobFact blob, DateTimeOffset unusedSince, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var digest = blob.Digest;
        if (await BeginRemovalAsync(digest) is not { } ended)
            return false;
        try
        {
            var claims = await _backing.ClaimsOfAsync(digest, CancellationToken.None);
            long? deleted;
            try
            {
                deleted = await _backing.DeleteAsync(digest, unusedSince, CancellationToken.None);
            }
            catch (BackingException)
            {
                if (await DoubtAsync(digest, blob.Size, claims))
                    return true;
                throw;
            }

            if (deleted is not { } size)
            {
                // Gone by a deletion before, whose answer never came.
                if (_doubtful.ContainsKey(digest) && await SettleAsync(digest, CancellationToken.None))
                    return true;
                // Somebody used it since it was listed: its files stay with it.
                lock (_uses)
                    _usedMeanwhile?.Add(digest);
                return false;
            }

            // It is gone, whatever becomes of the notes about it: those are removed at the next start where they cannot be now.
            _doubtful.TryRemove(digest, out _);
            Forget(digest, size, claims);
            foreach (var claim in claims)
                await _backing.UnclaimAsync(claim, CancellationToken.None);
            return true;
        }
        finally
        {
            lock (_uses)
                _removing = null;
            ended.SetResult();
        }
    }

    /// <summary>Takes the place of who removes, unless the blob is in use; who would use it waits from then on.</summary>
    private async Task<TaskCompletionSource?> BeginRemovalAsync(Sha256Digest digest)
    {
        while (true)
        {
            Sha256Digest[] fresh;
            lock (_uses)
            {
                if (_usedMeanwhile is null)
                    throw new InvalidOperationException("nothing is removed outside of a collection");
                fresh = [.. _usedMeanwhile];
                _usedMeanwhile.Clear();
                _filesOfUsed.UnionWith(fresh);
                if (_filesOfUsed.Contains(digest) || _commits.IsTaken(digest))
                {
                    _usedMeanwhile.UnionWith(fresh);
                    return null;
                }

                if (fresh.Length == 0)
                {
                    var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _removing = (digest, ended);
                    return ended;
                }
            }

            foreach (var used in fresh)
            {
                // Not ended halfway: what was taken out of the set is to be in the other.
                if (await _backing.SizeAsync(used, CancellationToken.None) is > ManifestStart and <= ArtifactManifest.MaxBytes and var size)
                    _filesOfUsed.UnionWith(await FilesOfAsync(used, size, CancellationToken.None));
            }
        }
    }

    /// <summary>Remembers a use for the collection that is under way, or that begins before the use ends; waits for the end of a removal of the blob.</summary>
    private async Task<Use> BeginUseAsync(Sha256Digest digest)
    {
        while (true)
        {
            Task ended;
            lock (_uses)
            {
                if (_removing is not { } removal || removal.Digest != digest)
                {
                    _usedMeanwhile?.Add(digest);
                    CollectionsMarshal.GetValueRefOrAddDefault(_using, digest, out _)++;
                    return new Use(this, digest);
                }

                ended = removal.Ended.Task;
            }

            await ended;
        }
    }

    private void EndUse(Sha256Digest digest)
    {
        lock (_uses)
        {
            if (--CollectionsMarshal.GetValueRefOrAddDefault(_using, digest, out _) == 0)
                _using.Remove(digest);
        }
    }

    private async Task<IReadOnlyCollection<Sha256Digest>> FilesOfAsync(Sha256Digest digest, long size, CancellationToken cancellationToken)
    {
        if (_plain.ContainsKey(digest))
            return [];
        var looksSo = await StartsAsManifestAsync(digest, cancellationToken);
        if (looksSo != true)
        {
            // Content does not change: from a backing elsewhere it is read once. What is listed and gone may come again as what it is named.
            if (looksSo == false && _backing.FileOf(digest) is null)
                _plain[digest] = true;
            return [];
        }

        return ParseManifest(digest, await ReadAsync(digest, size, cancellationToken))?.Entries.Select(static entry => entry.Digest).ToHashSet() ?? [];
    }

    /// <summary>Whether a blob begins as a manifest does; null when it is not there.</summary>
    private async Task<bool?> StartsAsManifestAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        await using var body = await _backing.OpenReadAsync(digest, 0, ManifestStart, cancellationToken);
        if (body is null)
            return null;
        var start = new byte[ManifestStart];
        return await body.ReadAtLeastAsync(start, ManifestStart, throwOnEndOfStream: false, cancellationToken) == ManifestStart
            && start.AsSpan(0, Sha256Digest.HexLength).IndexOfAnyExcept(HexDigits) < 0
            && start.AsSpan(Sha256Digest.HexLength).StartsWith("  "u8);
    }

    private static ArtifactManifest? ParseManifest(Sha256Digest digest, byte[] bytes) =>
        ArtifactManifest.TryParse(bytes, out var manifest, out _) && manifest.Digest == digest ? manifest : null;

    private readonly struct Use(BlobStore store, Sha256Digest digest) : IDisposable
    {
        public void Dispose() => store.EndUse(digest);
    }
}

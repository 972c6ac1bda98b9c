using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace ModelOperator.Artifacts;

/// <summary>
/// Blobs in a bucket: <c>blobs/sha256/&lt;two digits&gt;/&lt;hex&gt;</c> as on a volume, and beside them empty objects whose names say the rest:
/// <c>used/&lt;hex&gt;/&lt;unix seconds&gt;</c> when a blob was last used (the newest counts, or when the blob was put where there is none), and
/// <c>owners/&lt;hex&gt;/&lt;namespace&gt;</c> for whom it counts. The bucket alone is the truth: the store keeps no list of it.
/// </summary>
public sealed class S3Backing(S3Bucket bucket, S3StoreOptions options) : IBlobBacking
{
    private const int PartsAtOnce = 4;
    private const string ProbeKey = "probe";
    private const string Blobs = "blobs/sha256/";

    // A blob in the bucket without a mark counts from when it was put there. Marks without a blob are of uploads that failed; no upload takes so long.
    private static readonly TimeSpan MarkWithoutBlob = TimeSpan.FromDays(7);

    // What this process has marked lately: most uses need no request of their own, and a listing that lags is put right.
    private static readonly TimeSpan Lately = TimeSpan.FromDays(1);
    private readonly ConcurrentDictionary<Sha256Digest, DateTimeOffset> _marked = new();
    private readonly ConcurrentDictionary<string, bool> _uploading = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<long?> SizeAsync(Sha256Digest digest, CancellationToken cancellationToken) => bucket.SizeAsync(BlobKey(digest), cancellationToken);

    /// <inheritdoc/>
    public string? FileOf(Sha256Digest digest) => null;

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(Sha256Digest digest, long from, long count, CancellationToken cancellationToken) =>
        bucket.OpenReadAsync(BlobKey(digest), from, count, cancellationToken);

    /// <inheritdoc/>
    public async Task PublishAsync(string file, Sha256Digest digest, long size, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await MarkUsedAsync(digest, now, now, cancellationToken);
        if (size <= options.PartBytes)
            await bucket.PutAsync(BlobKey(digest), file, size, digest.Hex, cancellationToken);
        else
            await PublishInPartsAsync(file, BlobKey(digest), size, cancellationToken);
        if (await SizeAsync(digest, cancellationToken) is var there && there != size)
            throw new BackingException(BackingException.Unavailable, $"{bucket.Name} acknowledged {size} bytes of {digest} and has {(there is null ? "none" : there)}");
    }

    /// <inheritdoc/>
    public async Task MarkUsedAsync(Sha256Digest digest, DateTimeOffset now, DateTimeOffset unlessSince, CancellationToken cancellationToken)
    {
        if (_marked.TryGetValue(digest, out var before) && before > unlessSince)
            return;
        await bucket.PutAsync(UsedKey(digest, now), null, 0, Datasets.S3Signer.EmptyPayload, cancellationToken);
        _marked[digest] = now;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobFact> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var used = new Dictionary<Sha256Digest, DateTimeOffset>();
        var superseded = new List<string>();
        var newest = DateTimeOffset.MinValue;
        await foreach (var mark in bucket.ListAsync("used/", cancellationToken))
        {
            if (!TryReadMark(mark.Key, out var digest, out var at))
                continue;
            if (used.TryGetValue(digest, out var before))
                superseded.Add(UsedKey(digest, before < at ? before : at));
            used[digest] = before > at ? before : at;
            newest = at > newest ? at : newest;
        }

        await foreach (var one in bucket.ListAsync(Blobs, cancellationToken))
        {
            if (!Sha256Digest.TryParseHex(one.Key[(one.Key.LastIndexOf('/') + 1)..], out var digest))
                continue;
            var last = used.Remove(digest, out var marked) ? marked : one.Modified;
            yield return new BlobFact(digest, one.Size, _marked.TryGetValue(digest, out var lately) && lately > last ? lately : last);
        }

        superseded.AddRange(used.Where(left => left.Value < newest - MarkWithoutBlob).Select(static left => UsedKey(left.Key, left.Value)));
        foreach (var key in superseded)
            await bucket.DeleteAsync(key, cancellationToken);
        foreach (var old in _marked.Where(mark => mark.Value < newest - Lately))
            _marked.TryRemove(old);
    }

    /// <inheritdoc/>
    public async Task<long?> DeleteAsync(Sha256Digest digest, DateTimeOffset unusedSince, CancellationToken cancellationToken)
    {
        var marks = new List<string>();
        // Asked again, and not from memory: another store that should not be there may have said something since.
        await foreach (var mark in bucket.ListAsync($"used/{digest.Hex}/", cancellationToken))
        {
            if (TryReadMark(mark.Key, out _, out var at) && at > unusedSince)
                return null;
            marks.Add(mark.Key);
        }

        if (await SizeAsync(digest, cancellationToken) is not { } size)
            return null;
        await bucket.DeleteAsync(BlobKey(digest), cancellationToken);
        _marked.TryRemove(digest, out _);
        try
        {
            foreach (var mark in marks)
                await bucket.DeleteAsync(mark, cancellationToken);
        }
        catch (BackingException)
        {
            // The blob is gone, and that is to be said; a later listing removes marks without one.
        }

        return size;
    }

    /// <inheritdoc/>
    public Task ClaimAsync(string namespaceName, Sha256Digest digest, CancellationToken cancellationToken) =>
        bucket.PutAsync(OwnerKey(new(digest, namespaceName)), null, 0, Datasets.S3Signer.EmptyPayload, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<BlobClaim> ClaimsAsync(CancellationToken cancellationToken) => ClaimsBelowAsync("owners/", cancellationToken);

    /// <inheritdoc/>
    public Task UnclaimAsync(BlobClaim claim, CancellationToken cancellationToken) => bucket.DeleteAsync(OwnerKey(claim), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BlobClaim>> ClaimsOfAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var claims = new List<BlobClaim>();
        await foreach (var claim in ClaimsBelowAsync($"owners/{digest.Hex}/", cancellationToken))
            claims.Add(claim);
        return claims;
    }

    /// <summary>Gives up what predecessors began to upload in parts: nobody goes on with it, and it is kept and paid for until then. A key that may not write is told by this.</summary>
    public async Task<int> TidyAsync(CancellationToken cancellationToken)
    {
        await bucket.PutAsync(ProbeKey, null, 0, Datasets.S3Signer.EmptyPayload, cancellationToken);
        await bucket.DeleteAsync(ProbeKey, cancellationToken);
        var count = 0;
        // Blobs alone are uploaded in parts: others are of somebody else who uses the bucket.
        foreach (var upload in await bucket.UploadsAsync(Blobs, cancellationToken))
        {
            // Where the object is there the upload may be the one that it came by, listed still: on some services (Swift) its parts are the object's.
            if (_uploading.ContainsKey(upload.Key) || !bucket.IsOrphan(upload) || await bucket.SizeAsync(upload.Key, cancellationToken) is not null)
                continue;
            await bucket.AbortAsync(upload.Key, upload.Id, cancellationToken);
            count++;
        }

        return count;
    }

    /// <inheritdoc/>
    public Task ProbeAsync(CancellationToken cancellationToken) => bucket.ProbeAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => bucket.Dispose();

    private async Task PublishInPartsAsync(string file, string key, long size, CancellationToken cancellationToken)
    {
        _uploading[key] = true;
        try
        {
            var upload = await bucket.BeginAsync(key, cancellationToken);
            var tags = await PutPartsAsync(file, key, upload, size, cancellationToken);
            // Whatever comes of this: if its answer is lost it may be done, or be done yet, and is not to be given up.
            await bucket.CompleteAsync(key, upload, tags, cancellationToken);
        }
        finally
        {
            _uploading.TryRemove(key, out _);
        }
    }

    private async Task<string[]> PutPartsAsync(string file, string key, string upload, long size, CancellationToken cancellationToken)
    {
        var part = Math.Max(options.PartBytes, (size + S3StoreOptions.MostParts - 1) / S3StoreOptions.MostParts);
        var tags = new string[(size + part - 1) / part];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForAsync(0, tags.Length, parallel, async (i, token) =>
                tags[i] = await bucket.PutPartAsync(key, upload, i + 1, file, i * part, Math.Min(part, size - (i * part)), token));
            return tags;
        }
        catch
        {
            await GiveUpAsync(key, upload);
            throw;
        }
    }

    private async Task GiveUpAsync(string key, string upload)
    {
        try
        {
            await bucket.AbortAsync(key, upload, CancellationToken.None);
        }
        catch (BackingException)
        {
            // The service is away: a collection, or a start, on another day finds it.
        }
    }

    private async IAsyncEnumerable<BlobClaim> ClaimsBelowAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var one in bucket.ListAsync(prefix, cancellationToken))
        {
            if (one.Key.Split('/') is [_, var hex, { Length: > 0 } name] && Sha256Digest.TryParseHex(hex, out var digest))
                yield return new BlobClaim(digest, name);
        }
    }

    private static bool TryReadMark(string key, out Sha256Digest digest, out DateTimeOffset at)
    {
        (digest, at) = (default, default);
        if (key.Split('/') is not [_, var hex, var seconds] || !Sha256Digest.TryParseHex(hex, out digest)
            || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var unix) || unix > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return false;
        at = DateTimeOffset.FromUnixTimeSeconds(unix);
        return true;
    }

    private static string BlobKey(Sha256Digest digest) => $"{Blobs}{digest.Hex[..2]}/{digest.Hex}";

    // Rounded up: never earlier than it was.
    private static string UsedKey(Sha256Digest digest, DateTimeOffset at) =>
        $"used/{digest.Hex}/{at.AddTicks(TimeSpan.TicksPerSecond - 1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";

    private static string OwnerKey(BlobClaim claim) => $"owners/{claim.Digest.Hex}/{claim.Namespace}";
}

using System.Collections.Concurrent;

namespace ModelOperator.Artifacts;

public sealed partial class BlobStore
{
    // Blobs of which nobody knows whether they are gone: the answer to their deletion never came. A collection ends at the first, so they are few.
    private readonly ConcurrentDictionary<Sha256Digest, (long Size, IReadOnlyList<BlobClaim> Claims)> _doubtful = new();

    /// <summary>Notes that a deletion got no answer, and asks at once; true when the blob is gone.</summary>
    private async Task<bool> DoubtAsync(Sha256Digest digest, long size, IReadOnlyList<BlobClaim> claims)
    {
        _doubtful[digest] = (size, claims);
        try
        {
            return await SettleAsync(digest, CancellationToken.None);
        }
        catch (BackingException)
        {
            // Asked again when the backing answers.
            return false;
        }
    }

    /// <summary>Asks about every deletion that got no answer: one small request each. A blob that is there may go yet, as long as the backing works on it, so it is asked about again.</summary>
    private async Task SettleAllAsync(CancellationToken cancellationToken)
    {
        foreach (var digest in _doubtful.Keys)
            await SettleAsync(digest, cancellationToken);
    }

    private async Task<bool> SettleAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        await _backing.SizeAsync(digest, cancellationToken) is null && await GoneAsync(digest);

    /// <summary>A blob that was seen to be gone takes no space any more; true when that was not known.</summary>
    private async Task<bool> GoneAsync(Sha256Digest digest)
    {
        if (!_doubtful.TryRemove(digest, out var gone))
            return false;
        Forget(digest, gone.Size, gone.Claims);
        try
        {
            foreach (var claim in gone.Claims)
                await _backing.UnclaimAsync(claim, CancellationToken.None);
        }
        catch (BackingException)
        {
            // Removed at the next start: it says nothing of a blob that is not there.
        }

        return true;
    }

    private void Forget(Sha256Digest digest, long size, IReadOnlyList<BlobClaim> claims)
    {
        _counters.BlobRemoved(size);
        _corrupt.TryRemove(digest, out _);
        _plain.TryRemove(digest, out _);
        foreach (var claim in claims)
            Usage.Release(claim.Namespace, size);
    }
}

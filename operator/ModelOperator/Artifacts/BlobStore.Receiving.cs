using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

public sealed partial class BlobStore
{
    private const int BufferBytes = 256 * 1024;

    // So many bytes beyond its limits a body gets at most.
    private const int AskEvery = 4 << 20;

    private readonly DigestTurns _commits = new();

    // Blobs of which nobody knows whether the backing has them: its answer never came.
    private readonly ConcurrentDictionary<Sha256Digest, (long Size, string? Owner)> _uncertain = new();

    private async Task<BlobPutResult> ReceiveAsync(
        Sha256Digest expected, Stream body, long? length, long maxBytes, string temporary, string? owner, CancellationToken cancellationToken)
    {
        long size;
        await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
        {
            // What was announced was let in as a whole; for the rest it is seen as it comes.
            var (digest, received, refusal) = await CopyAsync(body, file, maxBytes, got => length is null ? Refusal(owner, got, 0) : null, cancellationToken);
            if ((refusal ?? (length is null ? RoomRefusal(0) : null)) is { } refused)
                return refused;
            if (length is not null && received != length)
                return new BlobPutResult(BlobPutOutcome.Incomplete, Detail: $"{received} of {length} bytes came");
            if (digest != expected)
                return new BlobPutResult(BlobPutOutcome.DigestMismatch, digest);
            size = received;
        }

        // All of it came: whether the sender still listens does not matter any more.
        return await AdoptAsync(temporary, expected, size, owner, reserved: false);
    }

    /// <summary>Takes over a file on the volume that is whole and checked; it may be gone from where it was when this succeeds.</summary>
    /// <param name="file">File.</param>
    /// <param name="digest">What it hashes to.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="owner">Namespace that it counts for, when it is new.</param>
    /// <param name="reserved">Whether its size is already set aside for the owner; then it is no more when this succeeds.</param>
    /// <exception cref="BackingException">The backing does not have it; the file is as it was.</exception>
    public async Task<BlobPutResult> AdoptAsync(string file, Sha256Digest digest, long size, string? owner, bool reserved)
    {
        // One commit of a digest at a time, so that equal uploads at once count as one blob; no collection takes it meanwhile.
        using var turn = await _commits.EnterAsync(digest, CancellationToken.None);
        using var use = await BeginUseAsync(digest);
        var there = await SizeAsync(digest, CancellationToken.None);
        if (there == size)
        {
            await _backing.MarkUsedAsync(digest, _time.GetUtcNow(), _time.GetUtcNow() - TouchResolution, CancellationToken.None);
            Usage.Claim(owner, 0, reserved ? size : 0);
            return new BlobPutResult(BlobPutOutcome.AlreadyThere, digest);
        }

        // In place of one that is not what it should be, it is no new blob.
        var isNew = there is null && !_corrupt.ContainsKey(digest);
        if (isNew && !reserved && Usage.TryReserve(owner, size) is { } refusal)
            return new BlobPutResult(BlobPutOutcome.QuotaExceeded, Detail: refusal);
        bool counts;
        try
        {
            counts = await CommitAsync(file, digest, size, owner, isNew);
        }
        catch
        {
            if (isNew && !reserved)
                Usage.Claim(owner, 0, size);
            throw;
        }

        _corrupt.TryRemove(digest, out _);
        _plain.TryRemove(digest, out _);
        Usage.Claim(owner, counts ? size : 0, isNew || reserved ? size : 0);
        if (counts)
            _counters.BlobAdded(size);
        // Its files are known from here on, where it is a manifest.
        using var known = await BeginUseAsync(digest);
        return new BlobPutResult(BlobPutOutcome.Created, digest);
    }

    /// <summary>Gives a blob to the backing; true when it is new and nobody has counted it yet.</summary>
    private async Task<bool> CommitAsync(string file, Sha256Digest digest, long size, string? owner, bool isNew)
    {
        if (!isNew)
        {
            await _backing.PublishAsync(file, digest, size, _time.GetUtcNow(), CancellationToken.None);
            return false;
        }

        if (_uncertain.TryRemove(digest, out var before) && before.Owner is { } first && first != owner)
            await _backing.UnclaimAsync(new(digest, first), CancellationToken.None);
        if (owner is not null)
            await _backing.ClaimAsync(owner, digest, CancellationToken.None);
        _uncertain[digest] = (size, owner);
        await _backing.PublishAsync(file, digest, size, _time.GetUtcNow(), CancellationToken.None);
        // Who asks for it between its appearance and this line counts it.
        return _uncertain.TryRemove(digest, out _);
    }

    /// <summary>Reads a body that is not needed, so that the sender sees a clean answer; a wrong body is still an error.</summary>
    private static async Task<BlobPutResult> DrainAsync(Sha256Digest expected, Stream body, long maxBytes, CancellationToken cancellationToken)
    {
        var (digest, _, refusal) = await CopyAsync(body, Stream.Null, maxBytes, static _ => null, cancellationToken);
        if (refusal is not null)
            return refusal;
        return digest == expected
            ? new BlobPutResult(BlobPutOutcome.AlreadyThere, digest)
            : new BlobPutResult(BlobPutOutcome.DigestMismatch, digest);
    }

    /// <summary>Copies and hashes, unless it is too large or is refused on the way.</summary>
    private static async Task<(Sha256Digest Digest, long Size, BlobPutResult? Refusal)> CopyAsync(
        Stream from, Stream to, long maxBytes, Func<long, BlobPutResult?> refusal, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long size = 0, asked = 0;
            int read;
            while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
            {
                size += read;
                if (size > maxBytes)
                    return (default, size, new BlobPutResult(BlobPutOutcome.TooLarge));
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                if (size - asked < AskEvery)
                    continue;
                if (refusal(size) is { } refused)
                    return (default, size, refused);
                asked = size;
            }

            return (Sha256Digest.FromHash(hash.GetHashAndReset()), size, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

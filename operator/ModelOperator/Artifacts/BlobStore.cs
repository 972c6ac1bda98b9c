using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>
/// Blobs named by their SHA-256. A blob is received into a temporary file on the store's own volume, and given to the backing when it is whole and checked: it
/// appears at once or not at all, and is acknowledged when the backing has it for good. What a crash leaves behind is a temporary file, swept at the next
/// start. The backing says when a blob was last put, asked for or named.
/// </summary>
public sealed partial class BlobStore : IDisposable
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    private readonly string _temporary;
    private readonly long _minFreeBytes;
    private readonly FileStream _lock;
    private readonly IBlobBacking _backing;
    private readonly StoreCounters _counters;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Sha256Digest, string> _corrupt = new();

    private BlobStore(string root, long minFreeBytes, FileStream lockFile, IBlobBacking backing, NamespaceQuotas quotas, StoreCounters counters, TimeProvider time)
    {
        _temporary = Path.Combine(root, "tmp");
        _minFreeBytes = minFreeBytes;
        _lock = lockFile;
        _backing = backing;
        _counters = counters;
        _time = time;
        Usage = new NamespaceUsage(quotas);
    }

    /// <summary>Who uses how much.</summary>
    public NamespaceUsage Usage { get; }

    /// <summary>Opens the volume for this process alone, sweeps what a predecessor left half done, and counts the blobs.</summary>
    /// <param name="root">Folder on the volume.</param>
    /// <param name="minFreeBytes">Space that uploads leave on the volume.</param>
    /// <param name="counters">Counts.</param>
    /// <param name="time">Clock.</param>
    /// <param name="quotas">Limits; none when null.</param>
    /// <param name="backing">Where the blobs are, owned by the store when it is open; the volume itself when null.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <exception cref="VolumeHeldException">Another process holds the volume.</exception>
    /// <exception cref="BackingException">The backing is away or refuses.</exception>
    public static async Task<BlobStore> OpenAsync(
        string root, long minFreeBytes, StoreCounters counters, TimeProvider time, NamespaceQuotas? quotas = null, IBlobBacking? backing = null, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(root);
        var held = LockVolume(root);
        try
        {
            var store = new BlobStore(root, minFreeBytes, held, backing ?? new VolumeBacking(root), quotas ?? NamespaceQuotas.None, counters, time);
            Directory.CreateDirectory(store._temporary);
            UnixFiles.SyncDirectory(root);
            var (count, bytes) = await store.CountAsync(cancellationToken);
            var orphans = Directory.GetFiles(store._temporary);
            foreach (var orphan in orphans)
                File.Delete(orphan);
            counters.OrphansSwept(orphans.Length + await store._backing.TidyAsync(cancellationToken));
            counters.BlobsFound(count, bytes);
            return store;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a blob lies as a file; null when it is elsewhere.</summary>
    public string? FileOf(Sha256Digest digest) => _backing.FileOf(digest);

    /// <summary>A stream of a blob that is there, to be sought in.</summary>
    /// <param name="digest">Blob.</param>
    /// <param name="size">Its size.</param>
    /// <param name="wantedTo">Last byte that is wanted, where that is known.</param>
    public Stream OpenRead(Sha256Digest digest, long size, long? wantedTo = null) => new BlobReadStream(_backing, digest, size, wantedTo, what => NoteCorrupt(digest, what));

    /// <summary>What is wrong with a blob whose bytes were found not to be those that it is named by; null when nothing is known. Uploading it again mends it.</summary>
    public string? CorruptionOf(Sha256Digest digest) => _corrupt.GetValueOrDefault(digest);

    /// <summary>Size of a blob in bytes, or null when it is not there as it should be.</summary>
    public async Task<long?> SizeAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (_corrupt.ContainsKey(digest))
            return null;
        var size = await _backing.SizeAsync(digest, cancellationToken);
        if (size is not null && _uncertain.TryRemove(digest, out var late))
        {
            // Nobody had heard that it came to its end.
            _counters.BlobAdded(late.Size);
            Usage.Claim(late.Owner, late.Size, reserved: 0);
        }

        if (size is null && !_doubtful.IsEmpty)
            await GoneAsync(digest);

        return size;
    }

    /// <summary>The manifest that a blob is, or null when the blob is missing or no manifest.</summary>
    public async Task<ArtifactManifest?> ReadManifestAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        await SizeAsync(digest, cancellationToken) is > 0 and <= ArtifactManifest.MaxBytes and var size ? ParseManifest(digest, await ReadAsync(digest, size, cancellationToken)) : null;

    /// <summary>Stores a stream under the digest that its bytes must have.</summary>
    /// <param name="expected">The digest that the sender claims.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="length">Number of bytes announced, when known.</param>
    /// <param name="maxBytes">Largest blob.</param>
    /// <param name="owner">Namespace that it counts for, when it is new.</param>
    /// <param name="cancellationToken">Ends the upload; nothing is kept.</param>
    /// <exception cref="BackingException">The backing does not have it; nothing is kept.</exception>
    public async Task<BlobPutResult> PutAsync(Sha256Digest expected, Stream body, long? length, long maxBytes, string? owner, CancellationToken cancellationToken)
    {
        if (length > maxBytes)
            return new BlobPutResult(BlobPutOutcome.TooLarge);
        // Touched before the body is read: from here on no collection takes it.
        var existing = await TouchAsync(expected, cancellationToken);
        if (existing is not null && (length is null || length == existing))
            return await DrainAsync(expected, body, maxBytes, cancellationToken);
        // In place of one of another size it is no new blob and counts for whom that does.
        if (Refusal(existing is null ? owner : null, length ?? 0, length ?? 0) is { } refusal)
            return refusal;
        var temporary = Path.Combine(_temporary, RandomNumberGenerator.GetHexString(32, lowercase: true) + ".part");
        try
        {
            return await ReceiveAsync(expected, body, length, maxBytes, temporary, owner, cancellationToken);
        }
        catch (IOException failure) when (IsFull(failure))
        {
            return new BlobPutResult(BlobPutOutcome.DiskFull, Detail: "the volume is full");
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Whether the volume has no room.</summary>
    public static bool IsFull(IOException failure) => failure.HResult is NoSpace or QuotaExceeded;

    /// <summary>Whether a body broke off.</summary>
    public static bool IsBrokenOff(Exception failure) => failure is OperationCanceledException or BadHttpRequestException or Microsoft.AspNetCore.Connections.ConnectionResetException;

    /// <summary>Why so many bytes more do not fit on the volume; null when they do.</summary>
    public BlobPutResult? RoomRefusal(long more) => FreeBytes() is var free && free - more < _minFreeBytes
        ? new BlobPutResult(BlobPutOutcome.DiskFull, Detail: $"{free} bytes free, {more} announced, {_minFreeBytes} kept in reserve")
        : null;

    /// <summary>Proves that the volume takes writes and the backing is there; throws what they say otherwise.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var probe = Path.Combine(_temporary, "probe-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
        try
        {
            await File.WriteAllBytesAsync(probe, "ok"u8.ToArray(), cancellationToken);
        }
        finally
        {
            File.Delete(probe);
        }

        await _backing.ProbeAsync(cancellationToken);
        // It answers: so it can be asked what became of what it did not answer.
        await SettleAllAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _backing.Dispose();
        _lock.Dispose();
    }

    /// <summary>Counts what is there, and removes notes of who has what is not there.</summary>
    private async Task<(long Count, long Bytes)> CountAsync(CancellationToken cancellationToken)
    {
        var claims = new Dictionary<Sha256Digest, BlobClaim>();
        var surplus = new List<BlobClaim>();
        await foreach (var claim in _backing.ClaimsAsync(cancellationToken))
        {
            // One blob counts once, whatever a crash left.
            if (!claims.TryAdd(claim.Digest, claim))
                surplus.Add(claim);
        }

        var (count, bytes) = (0L, 0L);
        await foreach (var blob in _backing.ListAsync(cancellationToken))
        {
            (count, bytes) = (count + 1, bytes + blob.Size);
            if (claims.Remove(blob.Digest, out var claim))
                Usage.Claim(claim.Namespace, blob.Size, reserved: 0);
        }

        foreach (var claim in surplus.Concat(claims.Values))
            await _backing.UnclaimAsync(claim, cancellationToken);
        return (count, bytes);
    }

    private void NoteCorrupt(Sha256Digest digest, string what)
    {
        if (_corrupt.TryAdd(digest, what))
            _counters.CorruptFound();
    }

    private async Task<byte[]> ReadAsync(Sha256Digest digest, long size, CancellationToken cancellationToken)
    {
        var bytes = new byte[size];
        await using var body = OpenRead(digest, size);
        await body.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static FileStream LockVolume(string root)
    {
        try
        {
            return new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure)
        {
            throw new VolumeHeldException(root, failure);
        }
    }

    private BlobPutResult? Refusal(string? owner, long size, long more) =>
        RoomRefusal(more) ?? (Usage.Refusal(owner, size) is { } refusal ? new BlobPutResult(BlobPutOutcome.QuotaExceeded, Detail: refusal) : null);

    private long FreeBytes() => new DriveInfo(_temporary).AvailableFreeSpace;
}

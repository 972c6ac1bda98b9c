using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>
/// Blobs on a volume, named by their SHA-256. A blob appears under its name only when it is whole, checked and durable:
/// temporary file on the same volume, fsync, rename, fsync of the directory. What a crash leaves behind is a temporary file,
/// swept at the next start. The file's time of modification says when the blob was last put, asked for or named.
/// </summary>
public sealed partial class BlobStore : IDisposable
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    private readonly string _blobs;
    private readonly string _temporary;
    private readonly long _minFreeBytes;
    private readonly FileStream _lock;
    private readonly StoreCounters _counters;
    private readonly TimeProvider _time;
    private readonly Lock _commit = new();

    private BlobStore(string root, long minFreeBytes, FileStream lockFile, StoreCounters counters, TimeProvider time)
    {
        _blobs = Path.Combine(root, "blobs", "sha256");
        _temporary = Path.Combine(root, "tmp");
        _minFreeBytes = minFreeBytes;
        _lock = lockFile;
        _counters = counters;
        _time = time;
    }

    /// <summary>Who uses how much.</summary>
    public NamespaceUsage Usage { get; private set; } = null!;

    /// <summary>Opens the volume for this process alone, sweeps temporary files and counts the blobs.</summary>
    /// <exception cref="VolumeHeldException">Another process holds the volume.</exception>
    public static BlobStore Open(string root, long minFreeBytes, StoreCounters counters, TimeProvider time, NamespaceQuotas? quotas = null)
    {
        Directory.CreateDirectory(root);
        var store = new BlobStore(root, minFreeBytes, LockVolume(root), counters, time);
        try
        {
            Directory.CreateDirectory(store._blobs);
            Directory.CreateDirectory(store._temporary);
            UnixFiles.SyncDirectory(root);
            UnixFiles.SyncDirectory(Path.Combine(root, "blobs"));
            foreach (var orphan in Directory.EnumerateFiles(store._temporary))
            {
                File.Delete(orphan);
                counters.OrphanSwept();
            }
            foreach (var blob in Directory.EnumerateFiles(store._blobs, "*", SearchOption.AllDirectories))
                counters.BlobAdded(new FileInfo(blob).Length);
            store.Usage = new NamespaceUsage(root, quotas ?? NamespaceQuotas.None, store.SizeOf);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Where a blob lies, or null when it is not there.</summary>
    public string? Find(Sha256Digest digest)
    {
        var path = PathOf(digest);
        return File.Exists(path) ? path : null;
    }

    /// <summary>Size of a blob in bytes, or null when it is not there.</summary>
    public long? SizeOf(Sha256Digest digest)
    {
        var info = new FileInfo(PathOf(digest));
        return info.Exists ? info.Length : null;
    }

    /// <summary>The manifest that a blob is, or null when the blob is missing or no manifest.</summary>
    public async Task<ArtifactManifest?> ReadManifestAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (SizeOf(digest) is not (> 0 and <= ArtifactManifest.MaxBytes))
            return null;
        return ParseManifest(digest, await File.ReadAllBytesAsync(PathOf(digest), cancellationToken));
    }

    /// <summary>Stores a stream under the digest that its bytes must have.</summary>
    /// <param name="expected">The digest that the sender claims.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="length">Number of bytes announced, when known.</param>
    /// <param name="maxBytes">Largest blob.</param>
    /// <param name="owner">Namespace that it counts for, when it is new.</param>
    /// <param name="cancellationToken">Ends the upload; nothing is kept.</param>
    public async Task<BlobPutResult> PutAsync(Sha256Digest expected, Stream body, long? length, long maxBytes, string? owner, CancellationToken cancellationToken)
    {
        if (length > maxBytes)
            return new BlobPutResult(BlobPutOutcome.TooLarge);
        var existing = SizeOf(expected);
        // Touched before the body is read: from here on no collection takes it.
        if (existing is not null && (length is null || length == existing) && Touch(expected))
            return await DrainAsync(expected, body, maxBytes, cancellationToken);
        if (RoomRefusal(length ?? 0) is { } full)
            return full;
        if (existing is null && Usage.Refusal(owner, length ?? 0) is { } refusal)
            return new BlobPutResult(BlobPutOutcome.QuotaExceeded, Detail: refusal);
        var temporary = Path.Combine(_temporary, RandomNumberGenerator.GetHexString(32, lowercase: true) + ".part");
        try
        {
            return await ReceiveAsync(expected, body, length, maxBytes, temporary, existing, owner, cancellationToken);
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

    /// <summary>Proves that the volume takes writes; throws what it says otherwise.</summary>
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
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();

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

    private long FreeBytes() => new DriveInfo(_temporary).AvailableFreeSpace;

    private string PathOf(Sha256Digest digest) => Path.Combine(_blobs, digest.Hex[..2], digest.Hex);
}

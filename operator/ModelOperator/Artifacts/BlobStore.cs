using System.Buffers;
using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>
/// Blobs on a volume, named by their SHA-256. A blob appears under its name only when it is whole, checked and durable:
/// temporary file on the same volume, fsync, rename, fsync of the directory. What a crash leaves behind is a temporary file,
/// swept at the next start.
/// </summary>
public sealed class BlobStore : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    private readonly string _blobs;
    private readonly string _temporary;
    private readonly long _minFreeBytes;
    private readonly FileStream _lock;
    private readonly StoreCounters _counters;
    private readonly Lock _commit = new();

    private BlobStore(string root, long minFreeBytes, FileStream lockFile, StoreCounters counters)
    {
        _blobs = Path.Combine(root, "blobs", "sha256");
        _temporary = Path.Combine(root, "tmp");
        _minFreeBytes = minFreeBytes;
        _lock = lockFile;
        _counters = counters;
    }

    /// <summary>Opens the volume for this process alone, sweeps temporary files and counts the blobs.</summary>
    /// <exception cref="VolumeHeldException">Another process holds the volume.</exception>
    public static BlobStore Open(string root, long minFreeBytes, StoreCounters counters)
    {
        Directory.CreateDirectory(root);
        var store = new BlobStore(root, minFreeBytes, LockVolume(root), counters);
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
        var bytes = await File.ReadAllBytesAsync(PathOf(digest), cancellationToken);
        return ArtifactManifest.TryParse(bytes, out var manifest, out _) && manifest.Digest == digest ? manifest : null;
    }

    /// <summary>Stores a stream under the digest that its bytes must have.</summary>
    /// <param name="expected">The digest that the sender claims.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="length">Number of bytes announced, when known.</param>
    /// <param name="maxBytes">Largest blob.</param>
    /// <param name="cancellationToken">Ends the upload; nothing is kept.</param>
    public async Task<BlobPutResult> PutAsync(Sha256Digest expected, Stream body, long? length, long maxBytes, CancellationToken cancellationToken)
    {
        if (length > maxBytes)
            return new BlobPutResult(BlobPutOutcome.TooLarge);
        var existing = SizeOf(expected);
        if (existing is not null && (length is null || length == existing))
            return await DrainAsync(expected, body, maxBytes, cancellationToken);
        if (FreeBytes() is var free && free - (length ?? 0) < _minFreeBytes)
            return new BlobPutResult(BlobPutOutcome.DiskFull, Detail: $"{free} bytes free, {length ?? 0} announced, {_minFreeBytes} kept in reserve");
        var temporary = Path.Combine(_temporary, RandomNumberGenerator.GetHexString(32, lowercase: true) + ".part");
        try
        {
            return await ReceiveAsync(expected, body, length, maxBytes, temporary, existing, cancellationToken);
        }
        catch (IOException failure) when (failure.HResult is NoSpace or QuotaExceeded)
        {
            return new BlobPutResult(BlobPutOutcome.DiskFull, Detail: "the volume is full");
        }
        finally
        {
            File.Delete(temporary);
        }
    }

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

    private async Task<BlobPutResult> ReceiveAsync(
        Sha256Digest expected, Stream body, long? length, long maxBytes, string temporary, long? existing, CancellationToken cancellationToken)
    {
        long size;
        await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
        {
            var (digest, received) = await CopyAsync(body, file, maxBytes, cancellationToken);
            if (digest is null)
                return new BlobPutResult(BlobPutOutcome.TooLarge);
            if (length is not null && received != length)
                return new BlobPutResult(BlobPutOutcome.Incomplete, Detail: $"{received} of {length} bytes came");
            if (digest != expected)
                return new BlobPutResult(BlobPutOutcome.DigestMismatch, digest);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            size = received;
        }
        var path = PathOf(expected);
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            UnixFiles.SyncDirectory(_blobs);
        }
        bool raced;
        // This process alone holds the volume; one commit at a time, so that equal uploads at once count as one blob.
        lock (_commit)
        {
            raced = File.Exists(path);
            File.Move(temporary, path, overwrite: true);
        }

        UnixFiles.SyncDirectory(folder);
        if (!raced)
            _counters.BlobAdded(size);
        return new BlobPutResult(raced && existing is null ? BlobPutOutcome.AlreadyThere : BlobPutOutcome.Created, expected);
    }

    /// <summary>Reads a body that is not needed, so that the sender sees a clean answer; a wrong body is still an error.</summary>
    private static async Task<BlobPutResult> DrainAsync(Sha256Digest expected, Stream body, long maxBytes, CancellationToken cancellationToken)
    {
        var (digest, _) = await CopyAsync(body, Stream.Null, maxBytes, cancellationToken);
        if (digest is null)
            return new BlobPutResult(BlobPutOutcome.TooLarge);
        return digest == expected
            ? new BlobPutResult(BlobPutOutcome.AlreadyThere, digest)
            : new BlobPutResult(BlobPutOutcome.DigestMismatch, digest);
    }

    private static async Task<(Sha256Digest? Digest, long Size)> CopyAsync(Stream from, Stream to, long maxBytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long size = 0;
            int read;
            while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
            {
                size += read;
                if (size > maxBytes)
                    return (null, size);
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            return (Sha256Digest.FromHash(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private long FreeBytes() => new DriveInfo(_temporary).AvailableFreeSpace;

    private string PathOf(Sha256Digest digest) => Path.Combine(_blobs, digest.Hex[..2], digest.Hex);
}

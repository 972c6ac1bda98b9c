using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ModelOperator.Artifacts;

public sealed partial class BlobStore
{
    private const int BufferBytes = 256 * 1024;

    private async Task<BlobPutResult> ReceiveAsync(
        Sha256Digest expected, Stream body, long? length, long maxBytes, string temporary, long? existing, string? owner, CancellationToken cancellationToken)
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
            Seal(file.SafeFileHandle);
            size = received;
        }
        return Commit(temporary, expected, size, owner, existing);
    }

    /// <summary>Takes over a file on the volume that is whole and checked; it is gone from where it was when this succeeds.</summary>
    public BlobPutResult Adopt(string file, Sha256Digest digest, long size, string? owner)
    {
        using (var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite))
            Seal(handle);
        return Commit(file, digest, size, owner, existing: null);
    }

    private void Seal(SafeFileHandle file)
    {
        File.SetLastWriteTimeUtc(file, _time.GetUtcNow().UtcDateTime);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Gives a file that is whole, checked and durable its name; from then on it is visible.</summary>
    private BlobPutResult Commit(string temporary, Sha256Digest expected, long size, string? owner, long? existing)
    {
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
            _usedMeanwhile?.Add(expected);
            raced = File.Exists(path);
            if (!raced && Usage.Refusal(owner, size) is { } refusal)
                return new BlobPutResult(BlobPutOutcome.QuotaExceeded, Detail: refusal);
            if (!raced)
                Usage.Claim(owner, expected, size);
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
}

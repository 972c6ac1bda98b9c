using System.Runtime.CompilerServices;

namespace ModelOperator.Artifacts;

/// <summary>
/// Blobs on the store's own volume: a blob is a file named by its SHA-256, renamed into place and made durable. Its time of modification says when it was last
/// used; an empty file <c>owners/&lt;namespace&gt;/&lt;hex&gt;</c> says for whom it counts.
/// </summary>
public sealed class VolumeBacking : IBlobBacking
{
    private readonly string _blobs;
    private readonly string _owners;

    /// <summary>Makes the folders.</summary>
    public VolumeBacking(string root)
    {
        (_blobs, _owners) = (Path.Combine(root, "blobs", "sha256"), Path.Combine(root, "owners"));
        Directory.CreateDirectory(_blobs);
        Directory.CreateDirectory(_owners);
        UnixFiles.SyncDirectory(root);
        UnixFiles.SyncDirectory(Path.Combine(root, "blobs"));
    }

    /// <inheritdoc/>
    public Task<long?> SizeAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        Task.FromResult<long?>(new FileInfo(PathOf(digest)) is { Exists: true } file ? file.Length : null);

    /// <inheritdoc/>
    public string? FileOf(Sha256Digest digest) => PathOf(digest) is var path && File.Exists(path) ? path : null;

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(Sha256Digest digest, long from, long count, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0) { Position = from });
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    /// <inheritdoc/>
    public Task PublishAsync(string file, Sha256Digest digest, long size, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using (var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite))
        {
            File.SetLastWriteTimeUtc(handle, now.UtcDateTime);
            RandomAccess.FlushToDisk(handle);
        }

        var path = PathOf(digest);
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            UnixFiles.SyncDirectory(_blobs);
        }

        File.Move(file, path, overwrite: true);
        UnixFiles.SyncDirectory(folder);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task MarkUsedAsync(Sha256Digest digest, DateTimeOffset now, DateTimeOffset unlessSince, CancellationToken cancellationToken)
    {
        var path = PathOf(digest);
        if (!File.Exists(path) || File.GetLastWriteTimeUtc(path) > unlessSince.UtcDateTime)
            return Task.CompletedTask;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.SetLastWriteTimeUtc(file, now.UtcDateTime);
        RandomAccess.FlushToDisk(file);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobFact> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var file in new DirectoryInfo(_blobs).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Sha256Digest.TryParseHex(file.Name, out var digest))
                yield return new BlobFact(digest, file.Length, file.LastWriteTimeUtc);
        }
    }

    /// <inheritdoc/>
    public Task<long?> DeleteAsync(Sha256Digest digest, DateTimeOffset unusedSince, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(digest));
        if (!file.Exists || file.LastWriteTimeUtc > unusedSince.UtcDateTime)
            return Task.FromResult<long?>(null);
        var size = file.Length;
        file.Delete();
        return Task.FromResult<long?>(size);
    }

    /// <inheritdoc/>
    public Task ClaimAsync(string namespaceName, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(_owners, namespaceName);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            UnixFiles.SyncDirectory(_owners);
        }

        File.WriteAllBytes(Path.Combine(folder, digest.Hex), []);
        UnixFiles.SyncDirectory(folder);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobClaim> ClaimsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var entry in Directory.EnumerateFiles(_owners, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Sha256Digest.TryParseHex(Path.GetFileName(entry), out var digest))
                yield return new BlobClaim(digest, Path.GetFileName(Path.GetDirectoryName(entry)!));
        }
    }

    /// <inheritdoc/>
    public Task UnclaimAsync(BlobClaim claim, CancellationToken cancellationToken)
    {
        File.Delete(Path.Combine(_owners, claim.Namespace, claim.Digest.Hex));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<BlobClaim>> ClaimsOfAsync(Sha256Digest digest, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<BlobClaim>>(
        [.. Directory.EnumerateDirectories(_owners).Where(folder => File.Exists(Path.Combine(folder, digest.Hex))).Select(folder => new BlobClaim(digest, Path.GetFileName(folder)))]);

    /// <inheritdoc/>
    public Task<int> TidyAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    /// <inheritdoc/>
    public Task ProbeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private string PathOf(Sha256Digest digest) => Path.Combine(_blobs, digest.Hex[..2], digest.Hex);
}

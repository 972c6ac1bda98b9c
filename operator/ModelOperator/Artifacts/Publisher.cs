namespace ModelOperator.Artifacts;

/// <summary>Uploads a model: its files first and the manifest last, so that a manifest in the store means a whole artifact.</summary>
public sealed class Publisher(ArtifactStoreClient store, RetryOptions retries, TimeProvider time, TextWriter output)
{
    // Less is sent again as quickly as its state is asked for.
    private const long ResumableBytes = 8 * 1024 * 1024;

    /// <summary>Uploads what the store does not have yet.</summary>
    public async Task UploadAsync(ModelFolder model, CancellationToken cancellationToken)
    {
        foreach (var file in model.Manifest.Entries)
            await UploadBlobAsync(file.Path, file.Digest, file.Size, () => File.OpenRead(Path.Combine(model.Base, file.Path)), cancellationToken);
        var manifest = model.Manifest;
        await UploadBlobAsync("manifest", manifest.Digest, manifest.Bytes.Length, () => new MemoryStream(manifest.Bytes.ToArray(), writable: false), cancellationToken);
    }

    /// <summary>Size of a model that the trainer stored itself.</summary>
    /// <exception cref="TransferException">BadData: the store does not have it, or it is not an artifact.</exception>
    public async Task RequireAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var size = await NewRetry().RunAsync("model", token => store.SizeAsync(digest, token), static () => 0, cancellationToken);
        if (size is null)
            throw new TransferException(TransferFailure.BadData, "ModelMissing", $"result.json names {digest.Uri}, but the artifact store has no such blob");
    }

    /// <summary>Uploads a small blob unless it is there.</summary>
    public Task UploadBytesAsync(string what, Sha256Digest digest, byte[] bytes, CancellationToken cancellationToken) =>
        UploadBlobAsync(what, digest, bytes.Length, () => new MemoryStream(bytes, writable: false), cancellationToken);

    private async Task UploadBlobAsync(string what, Sha256Digest digest, long size, Func<Stream> open, CancellationToken cancellationToken)
    {
        var progress = new TransferProgress(what, size, time, output);
        var isNew = await NewRetry().RunAsync(what, async token =>
        {
            if (await store.SizeAsync(digest, token) == size)
                return false;
            await using var body = open();
            if (size >= ResumableBytes)
                return await store.PutResumableAsync(digest, body, size, progress.Report, token);
            long position = 0;
            return await store.PutAsync(digest, body, size, sent => progress.Report(position += sent), token);
        }, () => progress.Furthest, cancellationToken);
        await output.WriteLineAsync($"{what}: {TransferProgress.Size(size)}, {(isNew ? "uploaded" : "already there")}");
    }

    private Retry NewRetry() => new(retries, time, line => output.WriteLineAsync(line));
}

using ModelOperator.Datasets;

namespace ModelOperator.Artifacts;

/// <content>Sources whose content nobody knew before: S3 and claims. What was read is hashed and recorded.</content>
public sealed partial class Fetcher
{
    private async Task<(Sha256Digest Digest, long Size)> FromS3Async(FetchItem item, S3Location location, CancellationToken cancellationToken)
    {
        using var http = TransferHttp.ForSigned();
        var client = new S3Client(http, S3EndpointOf(item), time);
        if (!location.IsPrefix)
        {
            var path = Path.Combine(item.Dir, item.FileName ?? location.Key[(location.Key.LastIndexOf('/') + 1)..]);
            return await S3ObjectAsync(http, client, item.Name, location, null, FetchPlan.Expected(item), path, cancellationToken);
        }

        var entries = new List<ManifestEntry>();
        foreach (var listed in await ListAsync(client, item, location, cancellationToken))
        {
            var relative = listed.Key[location.Key.Length..];
            if (ManifestPath.Refusal(relative) is { } refused)
                throw new TransferException(TransferFailure.BadData, "DatasetInvalid", $"{item.Name}: {S3Client.Name(location)} has an object that cannot be a file: {refused}");
            var (digest, size) = await S3ObjectAsync(
                http, client, $"{item.Name}/{relative}", location with { Key = listed.Key }, listed.Size, null, Path.Combine(item.Dir, relative), cancellationToken);
            entries.Add(new ManifestEntry(digest, size, relative));
        }

        return Whole(item, entries);
    }

    private async Task<List<S3Object>> ListAsync(S3Client client, FetchItem item, S3Location location, CancellationToken cancellationToken)
    {
        var all = new List<S3Object>();
        string? continuation = null;
        do
        {
            var from = continuation;
            var (objects, next) = await NewRetry().RunAsync(item.Name, token => client.ListAsync(location, from, null, token), () => all.Count, cancellationToken);
            all.AddRange(objects);
            continuation = next;
            if (all.Count > S3Client.MostObjects)
                throw new TransferException(TransferFailure.BadData, "DatasetInvalid", $"{item.Name}: {S3Client.Name(location)} has more than {S3Client.MostObjects} objects; pack them");
        }
        while (continuation is not null);
        return all.Count > 0
            ? all
            : throw new TransferException(TransferFailure.NotFound, "DatasetNotFound", $"{item.Name}: {S3Client.Name(location)} has no objects");
    }

    private Task<(Sha256Digest Digest, long Size)> S3ObjectAsync(
        HttpClient http, S3Client client, string what, S3Location location, long? size, Sha256Digest? expected, string path, CancellationToken cancellationToken)
    {
        var source = new DownloadSource(what, S3Client.Name(location), Unavailable, () => client.ReadRequest(location), (response, _) =>
        {
            S3Client.ThrowUnlessSuccess(response, location);
            return Task.CompletedTask;
        });
        return DownloadAsync(http, source, expected, size, path, cancellationToken);
    }

    private static S3Endpoint S3EndpointOf(FetchItem item)
    {
        S3Credentials? credentials = null;
        if (item.CredentialsPath is { } folder && (credentials = SourceCredentials.S3(SourceCredentials.Mounted(folder))) is null)
        {
            throw new TransferException(
                TransferFailure.NotFound, "DatasetNotFound",
                $"{item.Name}: the Secret in secretRef needs the keys {SourceCredentials.AccessKeyId} and {SourceCredentials.SecretAccessKey}");
        }

        return new S3Endpoint(item.Endpoint is { } url ? new Uri(url) : null, item.Region ?? S3Endpoint.DefaultRegion, credentials);
    }

    /// <summary>Copies from the mounted claim. No part of the path may be a link: it could lead to files of the fetcher's own.</summary>
    private static async Task<(Sha256Digest Digest, long Size)> FromClaimAsync(FetchItem item, ClaimDataset claim, CancellationToken cancellationToken)
    {
        var full = item.Path!;
        foreach (var segment in claim.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (UnixFiles.KindOf(full) == FileKind.Directory)
                full = Path.Combine(full, segment);
        }

        if (full != Path.Combine(item.Path!, claim.Path).TrimEnd('/') || UnixFiles.KindOf(full) == FileKind.Missing)
            throw new TransferException(TransferFailure.NotFound, "DatasetNotFound", $"{item.Name}: there is nothing at {item.Uri}");
        ArtifactManifest manifest;
        try
        {
            manifest = UnixFiles.KindOf(full) == FileKind.Directory
                ? await FolderManifest.ReadAsync(full, cancellationToken)
                : await FolderManifest.ReadFileAsync(full, cancellationToken);
        }
        catch (ArtifactFormatException wrong)
        {
            throw new TransferException(TransferFailure.BadData, "DatasetInvalid", $"{item.Name}: {item.Uri} cannot be read: {wrong.Message}", wrong);
        }

        var isFile = UnixFiles.KindOf(full) == FileKind.File;
        var copied = new List<ManifestEntry>();
        foreach (var entry in manifest.Entries)
        {
            var name = isFile ? item.FileName ?? entry.Path : entry.Path;
            var path = Path.Combine(item.Dir, name);
            await CopyAsync(isFile ? full : Path.Combine(full, entry.Path), path, cancellationToken);
            // The copy is what counts: the volume may have changed since it was listed.
            var (digest, size) = await FolderManifest.HashAsync(path, cancellationToken);
            copied.Add(new ManifestEntry(digest, size, name));
        }

        return isFile ? Single(item, copied[0]) : Whole(item, copied);
    }

    private static (Sha256Digest Digest, long Size) Single(FetchItem item, ManifestEntry file) =>
        FetchPlan.Expected(item) is { } expected && expected != file.Digest ? throw Mismatch(item.Name, item.Uri, expected, file.Digest) : (file.Digest, file.Size);

    private static (Sha256Digest Digest, long Size) Whole(FetchItem item, List<ManifestEntry> files)
    {
        var manifest = ArtifactManifest.Create(files);
        return FetchPlan.Expected(item) is { } expected && expected != manifest.Digest
            ? throw Mismatch(item.Name, item.Uri, expected, manifest.Digest)
            : (manifest.Digest, manifest.TotalSize);
    }
}

using System.Net;
using ModelOperator.Datasets;

namespace ModelOperator.Artifacts;

/// <summary>Fetches one item of a plan into its folder and verifies every byte.</summary>
public sealed partial class Fetcher(ArtifactStoreClient store, HttpClient storeHttp, HttpClient sources, RetryOptions retries, TimeProvider time, TextWriter output)
{
    private const string Unavailable = "DatasetUnavailable";

    /// <summary>Fetches one item.</summary>
    /// <exception cref="TransferException">It cannot be had; nothing of it is left under its final name.</exception>
    public async Task<FetchedItem> FetchAsync(FetchItem item, CancellationToken cancellationToken)
    {
        var (digest, size) = item.Uri switch
        {
            var uri when uri.StartsWith("modelop://", StringComparison.Ordinal) => await CheckedFromStoreAsync(item, cancellationToken),
            var uri when FetchPlan.IsHttp(uri) => await FromSourceAsync(item, cancellationToken),
            var uri when S3Location.TryParse(uri, out var location) => await FromS3Async(item, location, cancellationToken),
            var uri when ClaimDataset.TryParse(uri, out var claim) => await FromClaimAsync(item, claim, cancellationToken),
            _ => await FromMountAsync(item, cancellationToken),
        };
        await output.WriteLineAsync($"{item.Name}: {TransferProgress.Size(size)}, {digest}");
        return new FetchedItem { Name = item.Name, Uri = item.Uri, Digest = digest.ToString(), SizeBytes = size };
    }

    private async Task<(Sha256Digest Digest, long Size)> CheckedFromStoreAsync(FetchItem item, CancellationToken cancellationToken)
    {
        try
        {
            return await FromStoreAsync(item, cancellationToken);
        }
        catch (TransferException failure) when (failure.Reason == BackingException.Corrupt)
        {
            // The store saw it first; for who needs the bytes it is the same.
            throw new TransferException(failure.Kind, "DatasetDigestMismatch", failure.Message, failure);
        }
    }

    private async Task<(Sha256Digest Digest, long Size)> FromStoreAsync(FetchItem item, CancellationToken cancellationToken)
    {
        var digest = FetchPlan.Expected(item)!.Value;
        var client = store.WithToken(item.Token);
        var manifest = await NewRetry().RunAsync(item.Name, token => client.ManifestAsync(digest, token), static () => 0, cancellationToken);
        if (manifest is null)
            return await BlobAsync(client, item.Name, digest, null, Path.Combine(item.Dir, item.FileName ?? item.Name), cancellationToken);
        foreach (var file in manifest.Entries)
            await BlobAsync(client, $"{item.Name}/{file.Path}", file.Digest, file.Size, Path.Combine(item.Dir, file.Path), cancellationToken);
        return (digest, manifest.TotalSize);
    }

    private Task<(Sha256Digest Digest, long Size)> BlobAsync(
        ArtifactStoreClient client, string what, Sha256Digest digest, long? size, string path, CancellationToken cancellationToken)
    {
        var source = new DownloadSource(what, client.Name, "StoreUnavailable", () => client.ReadRequest(digest), ArtifactStoreClient.ThrowUnlessSuccessAsync);
        return DownloadAsync(storeHttp, source, digest, size, path, cancellationToken);
    }

    private Task<(Sha256Digest Digest, long Size)> FromSourceAsync(FetchItem item, CancellationToken cancellationToken)
    {
        var url = new Uri(item.Uri);
        var target = url.GetLeftPart(UriPartial.Path);
        var authorization = item.CredentialsPath is { } secret ? SourceCredentials.Http(SourceCredentials.Mounted(secret)) : null;
        var source = new DownloadSource(item.Name, target, Unavailable, () => new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Authorization = authorization } }, (response, _) =>
        {
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
                return Task.CompletedTask;
            var kind = TransferHttp.Classify(response.StatusCode);
            var message = $"{target} answered {(int)response.StatusCode} {response.ReasonPhrase}";
            // A public source that says no will say no again; only silence and overload are worth a retry.
            throw kind == TransferFailure.Unavailable
                ? new TransferException(kind, Unavailable, message)
                : new TransferException(TransferFailure.NotFound, "DatasetNotFound", message);
        });
        return DownloadAsync(sources, source, FetchPlan.Expected(item)!.Value, null, Path.Combine(item.Dir, SourceFileName(item, url)), cancellationToken);
    }

    private async Task<(Sha256Digest Digest, long Size)> DownloadAsync(
        HttpClient http, DownloadSource source, Sha256Digest? expected, long? total, string path, CancellationToken cancellationToken)
    {
        if (expected is not null && File.Exists(path) && await FolderManifest.HashAsync(path, cancellationToken) is var there && there.Digest == expected)
            return there;
        var temporary = path + ".part";
        try
        {
            (Sha256Digest Digest, long Size) got;
            using (var download = new Download(http, source, temporary, new TransferProgress(source.What, total, time, output), time))
                got = await download.RunAsync(NewRetry(), cancellationToken);
            if (expected is { } wanted && got.Digest != wanted)
                throw Mismatch(source.What, source.Target, wanted, got.Digest);
            LocalFiles.Publish(temporary, path);
            return got;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<(Sha256Digest Digest, long Size)> FromMountAsync(FetchItem item, CancellationToken cancellationToken)
    {
        var copied = new List<ManifestEntry>();
        foreach (var (from, name) in MountedFiles(item))
        {
            var path = Path.Combine(item.Dir, name);
            await CopyAsync(from, path, cancellationToken);
            var (digest, size) = await FolderManifest.HashAsync(path, cancellationToken);
            copied.Add(new ManifestEntry(digest, size, name));
        }
        var whole = Directory.Exists(item.Path) ? ArtifactManifest.Create(copied).Digest : copied[0].Digest;
        if (FetchPlan.Expected(item) is { } expected && expected != whole)
            throw Mismatch(item.Name, item.Uri, expected, whole);
        return (whole, copied.Sum(static file => file.Size));
    }

    private static List<(string From, string Name)> MountedFiles(FetchItem item)
    {
        if (File.Exists(item.Path))
            return [(item.Path, item.FileName ?? Path.GetFileName(item.Path))];
        // The kubelet's own names begin with two dots; the keys are links into them.
        var files = Directory.Exists(item.Path)
            ? Directory.EnumerateFiles(item.Path).Where(static path => !Path.GetFileName(path).StartsWith("..", StringComparison.Ordinal)).ToList()
            : [];
        return files.Count > 0
            ? [.. files.Order(StringComparer.Ordinal).Select(static path => (path, Path.GetFileName(path)))]
            : throw new TransferException(TransferFailure.NotFound, "DatasetNotFound", $"{item.Uri} has no file at {item.Path}; check the ConfigMap's keys");
    }

    private static async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        await using var source = File.OpenRead(from);
        await using var target = LocalFiles.Create(to);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            await LocalFiles.WriteAsync(target, buffer.AsMemory(0, read), cancellationToken);
    }

    private static string SourceFileName(FetchItem item, Uri url)
    {
        if (item.FileName is not null)
            return item.FileName;
        var last = Uri.UnescapeDataString(url.Segments[^1]).TrimEnd('/');
        return ManifestPath.Refusal(last) is null && !last.Contains('/', StringComparison.Ordinal) ? last : "data";
    }

    private static TransferException Mismatch(string what, string target, Sha256Digest expected, Sha256Digest actual) => new(
        TransferFailure.BadData, "DatasetDigestMismatch", $"{what} from {target} hashes to {actual}, but {expected} was expected");

    private Retry NewRetry() => new(retries, time, line => output.WriteLineAsync(line));
}

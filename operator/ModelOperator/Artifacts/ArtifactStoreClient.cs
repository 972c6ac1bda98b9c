using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>Talks to the artifact store. One call is one try; failures are <see cref="TransferException"/>.</summary>
public sealed partial class ArtifactStoreClient(HttpClient http, StoreEndpoint endpoint, TimeProvider time)
{
    private const string UnavailableReason = "StoreUnavailable";

    /// <summary>The same store with another token.</summary>
    public ArtifactStoreClient WithToken(string? token) => token is null ? this : new(http, endpoint with { Token = token }, time);

    /// <summary>Size of a blob in bytes, or null when the store has none.</summary>
    public Task<long?> SizeAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        ExchangeAsync(
            Request(HttpMethod.Head, BlobPath(digest)),
            static (response, _) => Task.FromResult(response.StatusCode == HttpStatusCode.NotFound ? null : response.Content.Headers.ContentLength),
            acceptNotFound: true,
            cancellationToken);

    /// <summary>Uploads a blob; true when it is new.</summary>
    public async Task<bool> PutAsync(Sha256Digest digest, Stream body, long length, Action<long> sent, CancellationToken cancellationToken)
    {
        using var guard = new IdleGuard(TransferHttp.IdleTimeout, time, cancellationToken);
        return await TransferHttp.RunAsync(UnavailableReason, Name, async () =>
        {
            using var request = Request(HttpMethod.Put, BlobPath(digest));
            request.Headers.ExpectContinue = true;
            request.Content = new UploadContent(body, length, guard, sent);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
            await ThrowUnlessSuccessAsync(response, guard.Token);
            return response.StatusCode == HttpStatusCode.Created;
        }, cancellationToken);
    }

    /// <summary>The manifest of an artifact, or null when the store has no such artifact.</summary>
    /// <exception cref="TransferException">BadData: the answer does not hash to the digest.</exception>
    public async Task<ArtifactManifest?> ManifestAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var size = await SizeAsync(digest, cancellationToken);
        if (size is not (> 0 and <= ArtifactManifest.MaxBytes))
            return null;
        var isArtifact = await ExchangeAsync(
            Request(HttpMethod.Get, $"/v1/artifacts/sha256/{digest.Hex}"),
            static (response, _) => Task.FromResult(response.StatusCode != HttpStatusCode.NotFound),
            acceptNotFound: true,
            cancellationToken);
        if (!isArtifact)
            return null;
        // The manifest's own bytes are read and hashed: the JSON view above is only a question of kind.
        var bytes = await ExchangeAsync(
            Request(HttpMethod.Get, BlobPath(digest)), static (response, guard) => response.Content.ReadAsByteArrayAsync(guard.Token), acceptNotFound: false, cancellationToken);
        if (Sha256Digest.Of(bytes) is var actual && actual != digest)
            throw new TransferException(TransferFailure.BadData, "DigestMismatch", $"the manifest {digest} hashes to {actual} in the store");
        return ArtifactManifest.TryParse(bytes, out var manifest, out var error)
            ? manifest
            : throw new TransferException(TransferFailure.BadData, "ManifestInvalid", $"the manifest {digest} is malformed: {error}");
    }

    /// <summary>Reads all bytes of a blob and hashes them; what they hash to is for the caller to judge.</summary>
    public Task<(Sha256Digest Digest, long Size)> HashAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        ExchangeAsync(Request(HttpMethod.Get, BlobPath(digest)), HashBodyAsync, acceptNotFound: false, cancellationToken);

    /// <summary>A request that reads a blob.</summary>
    public HttpRequestMessage ReadRequest(Sha256Digest digest) => Request(HttpMethod.Get, BlobPath(digest));

    /// <summary>The store, for messages.</summary>
    public string Name => $"the artifact store {endpoint.BaseUrl.GetLeftPart(UriPartial.Authority)}";

    /// <summary>Throws what an answer means that is no success.</summary>
    public static async Task ThrowUnlessSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        var error = await ReadErrorAsync(response, cancellationToken);
        var kind = response.StatusCode switch
        {
            // An upload that broke off on the way is as good as no upload.
            HttpStatusCode.Forbidden when error?.Reason == StoreGate.QuotaExceeded => TransferFailure.BadData,
            // Another writer, or another end than we know of: the next try asks.
            HttpStatusCode.Conflict or HttpStatusCode.Locked => TransferFailure.Unavailable,
            HttpStatusCode.BadRequest when error?.Reason == "Incomplete" => TransferFailure.Unavailable,
            var status => TransferHttp.Classify(status),
        };
        var reason = error?.Reason is { Length: > 0 } given && given != "AccessDenied" ? given : DefaultReason(kind);
        throw new TransferException(kind, reason, $"the artifact store answered {(int)response.StatusCode}: {error?.Message ?? response.ReasonPhrase}");
    }

    private static string DefaultReason(TransferFailure kind) => kind switch
    {
        TransferFailure.Denied => "StoreAccessDenied",
        TransferFailure.NotFound => "ArtifactNotFound",
        TransferFailure.Unavailable => UnavailableReason,
        _ => "StoreRefused",
    };

    private async Task<T> ExchangeAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, IdleGuard, Task<T>> read, bool acceptNotFound, CancellationToken cancellationToken, TimeSpan? silence = null)
    {
        using var guard = new IdleGuard(silence ?? TransferHttp.IdleTimeout, time, cancellationToken);
        using (request)
        {
            return await TransferHttp.RunAsync(UnavailableReason, Name, async () =>
            {
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
                if (!acceptNotFound || response.StatusCode != HttpStatusCode.NotFound)
                    await ThrowUnlessSuccessAsync(response, guard.Token);
                return await read(response, guard);
            }, cancellationToken);
        }
    }

    private static async Task<(Sha256Digest Digest, long Size)> HashBodyAsync(HttpResponseMessage response, IdleGuard guard)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var body = await response.Content.ReadAsStreamAsync(guard.Token);
        var buffer = new byte[256 * 1024];
        long size = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, guard.Token)) > 0)
        {
            guard.Touch();
            hash.AppendData(buffer, 0, read);
            size += read;
        }
        return (Sha256Digest.FromHash(hash.GetHashAndReset()), size);
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(endpoint.BaseUrl, endpoint.Namespace is { } space ? $"{path}?namespace={Uri.EscapeDataString(space)}" : path));
        if (endpoint.Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", endpoint.Token);
        return request;
    }

    private static async Task<StoreError?> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return (await JsonSerializer.DeserializeAsync(body, ArtifactsJson.Default.StoreErrorDocument, cancellationToken))?.Error;
        }
        catch (Exception failure) when (failure is JsonException or IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static string BlobPath(Sha256Digest digest) => $"/v1/blobs/sha256/{digest.Hex}";
}

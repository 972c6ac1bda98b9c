using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ModelOperator.Artifacts;

/// <summary>The HTTP surface of the store.</summary>
public sealed partial class ArtifactStoreEndpoints(
    BlobStore blobs, ArtifactAccess access, ArtifactStoreOptions options, StoreCounters counters, ILogger<ArtifactStoreEndpoints> logger)
{
    private const string BlobRoute = "/v1/blobs/sha256/{hex}";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(BlobRoute, PutBlobAsync);
        routes.MapMethods(BlobRoute, ["GET", "HEAD"], GetBlobAsync);
        routes.MapGet("/v1/artifacts/sha256/{hex}", GetArtifactAsync);
        routes.MapGet("/healthz", static context => context.Response.WriteAsync("ok\n", context.RequestAborted));
        routes.MapGet("/readyz", ReadyAsync);
        routes.MapGet("/metrics", MetricsAsync);
    }

    private async Task PutBlobAsync(HttpContext context)
    {
        if (await AdmitAsync(context, ArtifactVerb.Create) is not { } digest)
            return;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (ExpectsContinue(context) && blobs.Find(digest) is not null)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return;
        }
        counters.UploadStarted();
        var result = await ReceiveAsync(context, digest);
        counters.UploadEnded(result.Outcome);
        LogUpload(digest.Hex, result.Outcome, result.Detail);
        await AnswerUploadAsync(context, digest, result);
    }

    private async Task<BlobPutResult> ReceiveAsync(HttpContext context, Sha256Digest digest)
    {
        try
        {
            return await blobs.PutAsync(digest, context.Request.Body, context.Request.ContentLength, options.MaxUploadBytes, context.RequestAborted);
        }
        catch (Exception failure) when (failure is OperationCanceledException or BadHttpRequestException or Microsoft.AspNetCore.Connections.ConnectionResetException)
        {
            return new BlobPutResult(BlobPutOutcome.Incomplete, Detail: failure.Message);
        }
    }

    private Task AnswerUploadAsync(HttpContext context, Sha256Digest digest, BlobPutResult result)
    {
        switch (result.Outcome)
        {
            case BlobPutOutcome.Created or BlobPutOutcome.AlreadyThere:
                context.Response.StatusCode = result.Outcome == BlobPutOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
                context.Response.Headers.Location = "/v1/blobs/sha256/" + digest.Hex;
                return Task.CompletedTask;
            case BlobPutOutcome.DigestMismatch:
                return RefuseAsync(context, 400, "DigestMismatch", $"the body hashes to {result.Actual}, but the URL says {digest}");
            case BlobPutOutcome.TooLarge:
                return RefuseAsync(context, 413, "TooLarge", $"a blob may have at most {options.MaxUploadBytes} bytes");
            case BlobPutOutcome.DiskFull:
                return RefuseAsync(context, 507, "DiskFull", $"the store's volume has no room: {result.Detail}");
            default:
                return RefuseAsync(context, 400, "Incomplete", result.Detail ?? "the body ended early");
        }
    }

    private async Task GetBlobAsync(HttpContext context)
    {
        var verb = HttpMethods.IsHead(context.Request.Method) ? ArtifactVerb.Exists : ArtifactVerb.Get;
        if (await AdmitAsync(context, verb) is not { } digest)
            return;
        if (blobs.Find(digest) is not { } path)
        {
            await RefuseAsync(context, 404, "BlobNotFound", $"there is no blob {digest}");
            return;
        }
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        var file = TypedResults.PhysicalFile(
            path, "application/octet-stream", entityTag: new EntityTagHeaderValue($"\"{digest}\""), enableRangeProcessing: true);
        await file.ExecuteAsync(context);
    }

    private async Task GetArtifactAsync(HttpContext context)
    {
        if (await AdmitAsync(context, ArtifactVerb.Get) is not { } digest)
            return;
        if (blobs.Find(digest) is null)
        {
            await RefuseAsync(context, 404, "BlobNotFound", $"there is no blob {digest}");
            return;
        }
        if (await blobs.ReadManifestAsync(digest, context.RequestAborted) is not { } manifest)
        {
            await RefuseAsync(context, 404, "NotAnArtifact", $"the blob {digest} is not the manifest of an artifact");
            return;
        }
        var document = ArtifactDocument.Of(manifest);
        await context.Response.WriteAsJsonAsync(document, ArtifactsJson.Default.ArtifactDocument, cancellationToken: context.RequestAborted);
    }

    private async Task ReadyAsync(HttpContext context)
    {
        try
        {
            await blobs.ProbeAsync(context.RequestAborted);
            await context.Response.WriteAsync("ok\n", context.RequestAborted);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await RefuseAsync(context, 503, "VolumeNotWritable", failure.Message);
        }
    }

    private Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(counters.Render(), Encoding.UTF8, context.RequestAborted);
    }

    /// <summary>Reads the digest of the route and checks the token; null when an answer was already given.</summary>
    private async Task<Sha256Digest?> AdmitAsync(HttpContext context, ArtifactVerb verb)
    {
        if (!Sha256Digest.TryParseHex(context.Request.RouteValues["hex"] as string, out var digest))
        {
            await RefuseAsync(context, 400, "BadDigest", "a digest is 64 lower-case hexadecimal digits");
            return null;
        }
        var decision = await access.DecideAsync(
            context.Request.Headers.Authorization, verb, digest, context.Request.Query["namespace"], context.RequestAborted);
        if (decision.IsAllowed)
            return digest;
        if (decision.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"model-operator-artifacts\"";
        LogRefused(verb, digest.Hex, decision.Status, decision.Message);
        await RefuseAsync(context, decision.Status, "AccessDenied", decision.Message);
        return null;
    }

    private static bool ExpectsContinue(HttpContext context) =>
        string.Equals(context.Request.Headers.Expect, "100-continue", StringComparison.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpContext context, int status, string reason, string message)
    {
        context.Response.StatusCode = status;
        var body = new StoreErrorDocument { Error = new StoreError { Reason = reason, Message = message } };
        return context.Response.WriteAsJsonAsync(body, ArtifactsJson.Default.StoreErrorDocument, cancellationToken: context.RequestAborted);
    }
}

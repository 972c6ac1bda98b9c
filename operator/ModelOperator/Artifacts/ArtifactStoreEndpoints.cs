using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ModelOperator.Artifacts;

/// <summary>The HTTP surface of the store.</summary>
public sealed partial class ArtifactStoreEndpoints(
    BlobStore blobs, ResumableUploads uploads, StoreGate gate, ArtifactStoreOptions options, StoreCounters counters, ILogger<ArtifactStoreEndpoints> logger)
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
        if (await gate.AdmitAsync(context, ArtifactVerb.Create) is not { Digest: var digest } who)
            return;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (ExpectsContinue(context) && await blobs.TouchAsync(digest, context.RequestAborted) is not null)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return;
        }
        // What nobody goes on with holds neither quota nor room.
        uploads.Expire();
        counters.UploadStarted();
        var result = await ReceiveAsync(context, who);
        counters.UploadEnded(result.Outcome);
        LogUpload(digest.Hex, result.Outcome, result.Detail);
        await AnswerUploadAsync(context, digest, result);
    }

    private async Task<BlobPutResult> ReceiveAsync(HttpContext context, AdmittedRequest who)
    {
        try
        {
            return await blobs.PutAsync(who.Digest, context.Request.Body, context.Request.ContentLength, options.MaxUploadBytes, who.Namespace, context.RequestAborted);
        }
        catch (Exception failure) when (BlobStore.IsBrokenOff(failure))
        {
            return new BlobPutResult(BlobPutOutcome.Incomplete, Detail: failure.Message);
        }
        catch (BackingException)
        {
            counters.UploadEnded(BlobPutOutcome.Unavailable);
            throw;
        }
    }

    private Task AnswerUploadAsync(HttpContext context, Sha256Digest digest, BlobPutResult result)
    {
        if (result.Outcome is not (BlobPutOutcome.Created or BlobPutOutcome.AlreadyThere))
            return StoreGate.RefuseUploadAsync(context, digest, result, options);
        context.Response.StatusCode = result.Outcome == BlobPutOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        context.Response.Headers.Location = "/v1/blobs/sha256/" + digest.Hex;
        return Task.CompletedTask;
    }

    private async Task GetBlobAsync(HttpContext context)
    {
        var verb = HttpMethods.IsHead(context.Request.Method) ? ArtifactVerb.Exists : ArtifactVerb.Get;
        if (await gate.AdmitAsync(context, verb) is not { Digest: var digest })
            return;
        if (await blobs.TouchToReadAsync(digest, context.RequestAborted) is not { } size)
        {
            await RefuseMissingAsync(context, digest);
            return;
        }

        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        const string Bytes = "application/octet-stream";
        var tag = new EntityTagHeaderValue($"\"{digest}\"");
        if (blobs.FileOf(digest) is { } file)
        {
            await TypedResults.PhysicalFile(file, Bytes, entityTag: tag, enableRangeProcessing: true).ExecuteAsync(context);
            return;
        }

        await using var body = blobs.OpenRead(digest, size, LastWanted(context));
        await TypedResults.Stream(body, Bytes, entityTag: tag, enableRangeProcessing: true).ExecuteAsync(context);
    }

    /// <summary>A blob that is not there; one whose bytes are wrong is missing for who asks whether to upload it, and an error for who would read it.</summary>
    private Task RefuseMissingAsync(HttpContext context, Sha256Digest digest) => blobs.CorruptionOf(digest) is { } what && !HttpMethods.IsHead(context.Request.Method)
        ? StoreGate.RefuseAsync(context, 500, BackingException.Corrupt, $"{digest} is corrupt: {what}; upload it again")
        : StoreGate.RefuseAsync(context, 404, "BlobNotFound", $"there is no blob {digest}");

    private static long? LastWanted(HttpContext context) => context.Request.GetTypedHeaders().Range is { Ranges: { Count: 1 } ranges } && ranges.First() is { From: not null } range ? range.To : null;

    private async Task GetArtifactAsync(HttpContext context)
    {
        if (await gate.AdmitAsync(context, ArtifactVerb.Get) is not { Digest: var digest })
            return;
        if (await blobs.SizeAsync(digest, context.RequestAborted) is null)
        {
            await RefuseMissingAsync(context, digest);
            return;
        }
        if (await blobs.ReadManifestAsync(digest, context.RequestAborted) is not { } manifest)
        {
            await StoreGate.RefuseAsync(context, 404, "NotAnArtifact", $"the blob {digest} is not the manifest of an artifact");
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
            await StoreGate.RefuseAsync(context, 503, failure is BackingException backing ? backing.Reason : "VolumeNotWritable", failure.Message);
        }
    }

    private Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(counters.Render() + blobs.Usage.Render() + uploads.Render(), Encoding.UTF8, context.RequestAborted);
    }

    private static bool ExpectsContinue(HttpContext context) =>
        string.Equals(context.Request.Headers.Expect, "100-continue", StringComparison.OrdinalIgnoreCase);
}

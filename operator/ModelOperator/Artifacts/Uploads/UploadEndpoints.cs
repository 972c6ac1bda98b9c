using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace ModelOperator.Artifacts;

/// <summary>
/// Resumable uploads as tus 1.0.0 has them (core, creation, expiration, termination). An upload's address is that of its blob: who asks again, after a
/// restart too, finds it.
/// </summary>
public sealed partial class UploadEndpoints(
    BlobStore blobs, ResumableUploads uploads, StoreGate gate, ArtifactStoreOptions options, StoreCounters counters, ILogger<UploadEndpoints> logger)
{
    /// <summary>Version of the protocol.</summary>
    public const string Version = "1.0.0";

    /// <summary>Media type of a PATCH.</summary>
    public const string MediaType = "application/offset+octet-stream";

    /// <summary>Header: bytes that the store has for good, or that a PATCH begins at.</summary>
    public const string OffsetHeader = "Upload-Offset";

    /// <summary>Header: bytes in all.</summary>
    public const string LengthHeader = "Upload-Length";

    private const string Route = "/v1/blobs/sha256/{hex}/upload";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Route, BeginAsync);
        routes.MapMethods(Route, ["HEAD"], StateAsync);
        routes.MapPatch(Route, AppendAsync);
        routes.MapDelete(Route, CancelAsync);
    }

    /// <summary>Path of the upload of a blob.</summary>
    public static string PathOf(Sha256Digest digest) => $"/v1/blobs/sha256/{digest.Hex}/upload";

    private async Task BeginAsync(HttpContext context)
    {
        if (await AdmitAsync(context) is not { } who)
            return;
        if (Number(context, LengthHeader) is not (> 0 and var length))
        {
            await StoreGate.RefuseAsync(context, 400, "BadLength", $"{LengthHeader} must be the number of bytes, at least 1");
            return;
        }

        if (await blobs.TouchAsync(who.Digest, context.RequestAborted) == length)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return;
        }

        var step = uploads.Begin(who, length);
        await AnswerAsync(context, who, step, StatusCodes.Status201Created);
    }

    private async Task StateAsync(HttpContext context)
    {
        if (await AdmitAsync(context) is not { } who)
            return;
        context.Response.Headers.CacheControl = "no-store";
        await AnswerAsync(context, who, uploads.StateOf(who) is { } state ? new(UploadOutcome.Open, state.Offset) : new(UploadOutcome.NotFound), StatusCodes.Status200OK);
    }

    private async Task AppendAsync(HttpContext context)
    {
        if (await AdmitAsync(context) is not { } who)
            return;
        if (!string.Equals(context.Request.ContentType, MediaType, StringComparison.OrdinalIgnoreCase))
        {
            await StoreGate.RefuseAsync(context, 415, "BadMediaType", $"the bytes of an upload are of type {MediaType}");
            return;
        }

        if (Number(context, OffsetHeader) is not { } offset || context.Request.ContentLength is not { } count)
        {
            await StoreGate.RefuseAsync(context, 400, "BadOffset", $"{OffsetHeader} and Content-Length must say where the bytes begin and how many they are");
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        counters.UploadStarted();
        var step = await ReceiveAsync(context, who, offset, count);
        counters.UploadEnded(step.Result?.Outcome ?? (step.Outcome == UploadOutcome.Open ? BlobPutOutcome.Part : BlobPutOutcome.Incomplete));
        if (step.Result is { } result)
            LogEnded(who.Digest.Hex, result.Outcome, result.Detail);
        await AnswerAsync(context, who, step, StatusCodes.Status204NoContent);
    }

    private async Task CancelAsync(HttpContext context)
    {
        if (await AdmitAsync(context) is { } who)
            await AnswerAsync(context, who, uploads.Cancel(who), StatusCodes.Status204NoContent);
    }

    private async Task<UploadStep> ReceiveAsync(HttpContext context, AdmittedRequest who, long offset, long count)
    {
        try
        {
            return await uploads.AppendAsync(who, offset, count, context.Request.Body, context.RequestAborted);
        }
        catch (IOException failure) when (BlobStore.IsFull(failure))
        {
            return new(UploadOutcome.Ended, 0, new(BlobPutOutcome.DiskFull, Detail: "the volume is full"));
        }
        catch (Exception failure) when (BlobStore.IsBrokenOff(failure))
        {
            return new(UploadOutcome.Ended, 0, new(BlobPutOutcome.Incomplete, Detail: failure.Message));
        }
        catch (BackingException)
        {
            counters.UploadEnded(BlobPutOutcome.Unavailable);
            throw;
        }
    }

    private async Task<AdmittedRequest?> AdmitAsync(HttpContext context)
    {
        context.Response.Headers["Tus-Resumable"] = Version;
        return await gate.AdmitAsync(context, ArtifactVerb.Create);
    }

    private Task AnswerAsync(HttpContext context, AdmittedRequest who, UploadStep step, int success)
    {
        switch (step)
        {
            case { Outcome: UploadOutcome.NotFound }:
                return StoreGate.RefuseAsync(context, 404, "UploadNotFound", $"no upload of {who.Digest} by {who.Caller} is under way; begin one with POST");
            case { Outcome: UploadOutcome.Busy }:
                return StoreGate.RefuseAsync(context, 423, "UploadBusy", $"another request writes to the upload of {who.Digest}");
            case { Outcome: UploadOutcome.TooMany }:
                return StoreGate.RefuseAsync(context, 429, "TooManyUploads", $"{ResumableUploads.Most} uploads are under way, or {ResumableUploads.MostOfOne} of {who.Namespace ?? who.Caller}; ask again when some have ended");
            case { Outcome: UploadOutcome.WrongOffset }:
                context.Response.Headers[OffsetHeader] = Text(step.Offset);
                return StoreGate.RefuseAsync(context, 409, "WrongOffset", $"the store has {step.Offset} bytes; go on from there, and not beyond the upload's length");
            case { Result: { Outcome: not (BlobPutOutcome.Created or BlobPutOutcome.AlreadyThere) } result }:
                return StoreGate.RefuseUploadAsync(context, who.Digest, result, options);
            default:
                break;
        }

        context.Response.StatusCode = success;
        context.Response.Headers[OffsetHeader] = Text(step.Offset);
        if (uploads.StateOf(who) is { } state)
        {
            context.Response.Headers.Location = PathOf(who.Digest) + context.Request.QueryString;
            context.Response.Headers[LengthHeader] = Text(state.Length);
            context.Response.Headers["Upload-Expires"] = uploads.ExpiryOf(state).ToString("R", CultureInfo.InvariantCulture);
        }

        return Task.CompletedTask;
    }

    private static long? Number(HttpContext context, string header) =>
        long.TryParse(context.Request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Information, Message = "Resumable upload of sha256:{Hex}: {Outcome} {Detail}")]
    private partial void LogEnded(string hex, BlobPutOutcome outcome, string? detail);
}

namespace ModelOperator.Artifacts;

/// <summary>What the endpoints of the store share: who may ask, and what a refusal looks like.</summary>
public sealed partial class StoreGate(ArtifactAccess access, ILogger<StoreGate> logger)
{
    /// <summary>Reason of an upload that a namespace may not have any more; waiting does not help.</summary>
    public const string QuotaExceeded = nameof(QuotaExceeded);

    private const string RetryAfterSeconds = "5";

    /// <summary>Reads the digest of the route and checks the token; null when an answer was already given.</summary>
    public async Task<AdmittedRequest?> AdmitAsync(HttpContext context, ArtifactVerb verb)
    {
        if (!Sha256Digest.TryParseHex(context.Request.RouteValues["hex"] as string, out var digest))
        {
            await RefuseAsync(context, 400, "BadDigest", "a digest is 64 lower-case hexadecimal digits");
            return null;
        }

        return await AdmitAsync(context, verb, digest) is { } decision ? new(digest, decision.Caller, decision.Namespace) : null;
    }

    /// <summary>Checks the token for a blob, or for the store as a whole; null when an answer was already given.</summary>
    public async Task<AccessDecision?> AdmitAsync(HttpContext context, ArtifactVerb verb, Sha256Digest? digest)
    {
        // What concerns the store as a whole takes a right in the whole cluster.
        var space = digest is null ? null : (string?)context.Request.Query["namespace"];
        // It becomes the name of a folder.
        if (space is not null && (space.Length is 0 or > 63 || !space.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
        {
            await RefuseAsync(context, 400, "BadNamespace", "namespace is the name of a namespace: lower-case letters, digits and '-', at most 63");
            return null;
        }

        var decision = await access.DecideAsync(context.Request.Headers.Authorization, verb, digest, space, context.RequestAborted);
        if (decision.IsAllowed)
            return decision;
        if (decision.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"model-operator-artifacts\"";
        LogRefused(verb, digest?.ToString() ?? "the store", decision.Status, decision.Message);
        await RefuseAsync(context, decision.Status, "AccessDenied", decision.Message);
        return null;
    }

    /// <summary>Answers that something cannot be done.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string reason, string message)
    {
        context.Response.StatusCode = status;
        var body = new StoreErrorDocument { Error = new StoreError { Reason = reason, Message = message } };
        return context.Response.WriteAsJsonAsync(body, ArtifactsJson.Default.StoreErrorDocument, cancellationToken: context.RequestAborted);
    }

    /// <summary>Answers for a backing that is away, or a blob that is corrupt, wherever that came out.</summary>
    public async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BackingException failure)
        {
            LogBacking(context.Request.Method, context.Request.Path, failure.Message);
            // Bytes are on their way: the reader sees that they end early.
            if (context.Response.HasStarted)
                context.Abort();
            else
                await RefuseBackingAsync(context, failure);
        }
    }

    private static Task RefuseBackingAsync(HttpContext context, BackingException failure)
    {
        context.Response.Clear();
        if (failure.Reason == BackingException.Corrupt)
            return RefuseAsync(context, 500, failure.Reason, failure.Message);
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return RefuseAsync(context, 503, failure.Reason, $"{failure.Message}; nothing was kept of this request that was not there before, ask again");
    }

    /// <summary>Answers why an upload was not kept.</summary>
    public static Task RefuseUploadAsync(HttpContext context, Sha256Digest digest, BlobPutResult result, ArtifactStoreOptions options) => result.Outcome switch
    {
        BlobPutOutcome.DigestMismatch => RefuseAsync(context, 400, "DigestMismatch", $"the body hashes to {result.Actual}, but the URL says {digest}"),
        BlobPutOutcome.TooLarge => RefuseAsync(context, 413, "TooLarge", $"a blob may have at most {options.MaxUploadBytes} bytes"),
        BlobPutOutcome.DiskFull => RefuseAsync(context, 507, "DiskFull", $"the store's volume has no room: {result.Detail}"),
        BlobPutOutcome.QuotaExceeded => RefuseAsync(context, 403, QuotaExceeded, result.Detail!),
        _ => RefuseAsync(context, 400, "Incomplete", result.Detail ?? "the body ended early"),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused to {Verb} {What} with {Status}: {Reason}")]
    private partial void LogRefused(ArtifactVerb verb, string what, int status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path}: {Reason}")]
    private partial void LogBacking(string method, string path, string reason);
}

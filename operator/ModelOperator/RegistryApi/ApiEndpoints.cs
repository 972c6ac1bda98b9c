using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ModelOperator.Artifacts;

namespace ModelOperator.RegistryApi;

/// <summary>Serves the table of routes.</summary>
/// <param name="reader">Answers.</param>
/// <param name="access">Who may read what.</param>
/// <param name="metrics">Measurements.</param>
/// <param name="time">Clock.</param>
public sealed class ApiEndpoints(ApiReader reader, IApiAccess access, ApiMetrics metrics, TimeProvider time)
{
    private const string BearerPrefix = "Bearer ";
    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>Adds the routes, their document, and problem documents for what is none of them.</summary>
    /// <param name="app">Application.</param>
    public void Map(WebApplication app)
    {
        app.UseStatusCodePages(static context => RefuseAsync(context.HttpContext, context.HttpContext.Response.StatusCode == StatusCodes.Status405MethodNotAllowed
            ? ApiProblem.Of(StatusCodes.Status405MethodNotAllowed, "method-not-allowed", "Only GET and HEAD are served", "This API reads; objects are written through the Kubernetes API.")
            : ApiProblem.Of(context.HttpContext.Response.StatusCode, "not-found", "There is no such path", "The paths are in /openapi.json.")));
        foreach (var route in ApiRoutes.All)
            app.MapMethods(route.Path, Methods, (RequestDelegate)(context => ServeAsync(route, context)));
        var document = ApiDocument.Write(ApiRoutes.All);
        app.MapMethods("/openapi.json", Methods, (RequestDelegate)(context => AnswerAsync(context, document)));
    }

    private async Task ServeAsync(ApiRoute route, HttpContext context)
    {
        var began = time.GetTimestamp();
        if (await AnswerAsync(route, context) is { } problem)
            await RefuseAsync(context, problem);
        metrics.Answered(route.Operation, context.Response.StatusCode, time.GetElapsedTime(began));
    }

    /// <summary>Answers, or gives the problem. Who asks is judged before what is asked, and both before the database is.</summary>
    private async Task<ApiProblem?> AnswerAsync(ApiRoute route, HttpContext context)
    {
        var cancel = context.RequestAborted;
        string Path(string name) => context.Request.RouteValues[name] as string ?? "";
        if (context.Request.Headers.Authorization.ToString() is not { Length: > 7 } header || !header.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))
            return Problem(AccessDecision.Unauthenticated("Send a Kubernetes token: Authorization: Bearer <token>."));
        var bearer = header[BearerPrefix.Length..].Trim();
        if (await access.KnowsAsync(bearer, cancel) is { IsAllowed: false } unknown)
            return Problem(unknown);
        var (query, problem) = ApiQuery.Read(route, Path, context.Request.Query);
        if (query is null)
            return problem;
        if (await access.MayAsync(bearer, route.Verb, route.Resource, query.Namespace, route.Named is { } named ? Path(named) : null, cancel) is { IsAllowed: false } refused)
            return Problem(refused);
        var (body, next, failure) = await reader.AnswerAsync(route, query, cancel);
        if (body is not { } found)
            return failure ?? ApiProblem.Of(StatusCodes.Status404NotFound, "not-found", "There is no such object", $"The history has none at {context.Request.Path}.");
        if (next is not null)
            context.Response.Headers.Link = $"<{context.Request.Path}{QueryString.Create([.. context.Request.Query.Where(static pair => pair.Key != "cursor"), new("cursor", next)])}>; rel=\"next\"";
        await AnswerAsync(context, found);
        return null;
    }

    private static ApiProblem Problem(AccessDecision decision) => decision.Status switch
    {
        StatusCodes.Status401Unauthorized => ApiProblem.Of(decision.Status, "unauthenticated", "Who asks is not known", decision.Message),
        StatusCodes.Status403Forbidden => ApiProblem.Of(decision.Status, "forbidden", "Who asks may not", decision.Message),
        _ => ApiProblem.Away(decision.Message, TimeSpan.FromSeconds(5)),
    };

    /// <summary>The body, or 304 where the caller has it already.</summary>
    private static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        var tag = $"\"{Base64Url.EncodeToString(SHA256.HashData(body.Span).AsSpan(0, 16))}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.Vary = "Authorization";
        if (context.Request.Headers.IfNoneMatch.SelectMany(static value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).Any(given => given == "*" || given == tag || given == "W/" + tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, ApiProblem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        if (problem.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer realm=\"model-operator\"";
        if (problem.RetryAfterSeconds is { } wait)
            response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        response.ContentType = "application/problem+json";
        if (HttpMethods.IsHead(context.Request.Method))
            return Task.CompletedTask;
        return response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(problem with { Instance = context.Request.Path }, ApiJson.Default.ApiProblem), context.RequestAborted).AsTask();
    }
}

using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Leadership;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// The status endpoint of Kubeflow Trainer v2, so that a trainer that knows it reports without a change. Only the leader keeps reports: a
/// stand-by answers 503 and closes the connection, so that the next try is balanced anew. Answers are metav1.Status.
/// </summary>
/// <param name="caches">Cache of runs.</param>
/// <param name="credentials">Checks tokens.</param>
/// <param name="progress">Keeps reports.</param>
/// <param name="time">Clock.</param>
/// <param name="elector">Leader election; this process always leads when null.</param>
public sealed class TrainingStatusEndpoint(
    Caches caches, TrainingRunCredentials credentials, TrainingProgressStore progress, TimeProvider time, LeaseElector? elector = null)
{
    /// <summary>Query of a report that was read from the metrics file, so that it never overrules the trainer's own.</summary>
    public const string FromFile = "source=file";

    private const int MostBytes = 64 * 1024;

    private readonly IStore<V1TrainingRun> runs = caches.For(ModelOperatorDescriptors.TrainingRuns);

    /// <summary>Maps the endpoint.</summary>
    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(TrainingRunEnvironment.StatusPath("{ns}", "{name}"), (RequestDelegate)AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var (code, reason, message) = await TakeAsync(context);
        if (code == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
            context.Response.Headers.Connection = "close";
        }

        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        var status = new V1Status { Status = code == StatusCodes.Status200OK ? "Success" : "Failure", Code = code, Reason = reason, Message = message };
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(status, KubernetesJson.Default.V1Status), context.RequestAborted);
    }

    private async Task<(int Code, string? Reason, string? Message)> TakeAsync(HttpContext context)
    {
        if (elector is { IsLeading: false })
            return (StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable", "this replica does not lead; try again");
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) || header is not { Scheme: "Bearer", Parameter: { Length: > 0 } token })
            return (StatusCodes.Status401Unauthorized, "Unauthorized", "a bearer token is needed: the one in KUBEFLOW_TRAINER_SERVER_TOKEN");
        var (space, name) = ((string?)context.Request.RouteValues["ns"] ?? "", (string?)context.Request.RouteValues["name"] ?? "");
        var run = runs.Get(space, name);
        // The same answer for a run that is not there and for a token that is not its: names are not to be guessed.
        if (run is null || !credentials.IsStatusTokenOf(run, token))
            return (StatusCodes.Status403Forbidden, "Forbidden", "the token is not this run's");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostBytes;
        return await ReadAsync(context, run);
    }

    private async Task<(int Code, string? Reason, string? Message)> ReadAsync(HttpContext context, V1TrainingRun run)
    {
        if (context.Request.ContentLength > MostBytes)
            return (StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge", "at most 64 KiB");
        if (context.Request.ContentLength == 0)
            return (StatusCodes.Status200OK, null, null);
        try
        {
            var report = await JsonSerializer.DeserializeAsync(context.Request.Body, TrainingRunsJson.Default.TrainingStatusReport, context.RequestAborted);
            if (report?.TrainerStatus is not { } status)
                return (StatusCodes.Status200OK, null, null);
            if (TrainingStatusReports.Read(status, time.WholeSeconds(), out var problem) is not { } read)
                return (StatusCodes.Status422UnprocessableEntity, "Invalid", problem);
            var source = context.Request.QueryString.Value == $"?{FromFile}" ? TrainingProgressSource.File : TrainingProgressSource.Post;
            progress.Report(run.Metadata.Uid!, new(run.Metadata.NamespaceProperty ?? "", run.Metadata.Name), read with { Source = source });
            return (StatusCodes.Status200OK, null, null);
        }
        catch (JsonException malformed)
        {
            return (StatusCodes.Status422UnprocessableEntity, "Invalid", $"the body is no report: {malformed.Message}");
        }
        catch (BadHttpRequestException broken)
        {
            return (broken.StatusCode, "BadRequest", broken.Message);
        }
    }
}

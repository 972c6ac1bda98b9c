using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelOperator.Artifacts;
using ModelOperator.Registry;

namespace ModelOperator.Predictions;

/// <summary>
/// POST /v1/predictions: takes batches of model servers. Answered 200 once they are committed, so that whoever hears nothing may send them again: rows are kept
/// once, by id. A few at a time are written; the rest wait for a moment, then are put off with 503.
/// </summary>
/// <param name="options">Settings.</param>
/// <param name="database">History.</param>
/// <param name="metrics">Measurements.</param>
/// <param name="time">Clock.</param>
public sealed class PredictionEndpoint(PredictionOptions options, RegistryDatabase database, PredictionMetrics metrics, TimeProvider time) : IDisposable
{
    /// <summary>Where batches are sent.</summary>
    public const string Path = "/v1/predictions";

    private const int MostReasons = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim places = new(PostgresSettings.MaxConnections);

    /// <summary>Adds the route.</summary>
    /// <param name="routes">Routes.</param>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, (RequestDelegate)TakeAsync);

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private async Task TakeAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        if (ArtifactTokens.Bearer(context.Request.Headers.Authorization) is not { } bearer)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "Unauthenticated", ArtifactTokens.HowToSend);
            return;
        }

        var (scope, refusal) = await ArtifactTokens.CheckAsync(options.KeyFile, bearer, time, cancel);
        if (scope?.Served is { } served)
            await TakeAsync(context, served);
        else if (scope is not null)
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Forbidden", $"the token's scope {scope.Text} does not allow to hand over predictions");
        else
            await RefuseAsync(context, refusal.Status, refusal.Status == StatusCodes.Status401Unauthorized ? "Unauthenticated" : "Unavailable", refusal.Message);
    }

    private async Task TakeAsync(HttpContext context, ServedVersion served)
    {
        PredictionBatch? batch;
        try
        {
            batch = await JsonSerializer.DeserializeAsync(context.Request.Body, PredictionsJson.Default.PredictionBatch, context.RequestAborted);
        }
        catch (JsonException malformed)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "Malformed", $"the body is no batch of predictions: {malformed.Message}");
            return;
        }
        catch (BadHttpRequestException broken)
        {
            await RefuseAsync(context, broken.StatusCode, "BadRequest", broken.Message);
            return;
        }

        if (batch is null || batch.Predictions?.Count > PredictionBatch.MostRows || batch.Truths?.Count > PredictionBatch.MostRows)
            await RefuseAsync(context, StatusCodes.Status422UnprocessableEntity, "Invalid", $"a batch is an object with at most {PredictionBatch.MostRows} predictions and as many truths");
        else
            await KeepAsync(context, PredictionReading.Of(batch, served, time.GetUtcNow()), served);
    }

    private async Task KeepAsync(HttpContext context, PredictionReading reading, ServedVersion served)
    {
        var result = await WriteAsync(reading, served, context.RequestAborted);
        metrics.Count("refused", reading.Reasons.Length);
        if (result == RegistryWriteResult.Away)
        {
            metrics.Count("away", reading.Taken);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "Unavailable", "the database cannot take the batch now; send it again");
        }
        else if (result == RegistryWriteResult.Rejected)
        {
            metrics.Count("refused", reading.Taken);
            await RefuseAsync(context, StatusCodes.Status422UnprocessableEntity, "Rejected", "the database refuses the batch; the receiver's log says why");
        }
        else
        {
            metrics.Count("taken", reading.Taken);
            await AnswerAsync(
                context, StatusCodes.Status200OK, new PredictionReceipt(reading.Taken, reading.Reasons.Length, [.. reading.Reasons.Take(MostReasons)]), PredictionsJson.Default.PredictionReceipt);
        }
    }

    private async Task<RegistryWriteResult> WriteAsync(PredictionReading reading, ServedVersion served, CancellationToken cancellationToken)
    {
        if (reading.Rows.IsEmpty)
            return RegistryWriteResult.Written;
        if (database.Wait is not null || !await places.WaitAsync(Patience, cancellationToken))
            return RegistryWriteResult.Away;
        try
        {
            return await database.WriteAsync($"predictions of {served.Namespace}/{served.Canary}/{served.Version}", reading.Rows, cancellationToken);
        }
        finally
        {
            places.Release();
        }
    }

    private Task RefuseAsync(HttpContext context, int status, string reason, string message)
    {
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"model-operator-predictions\"";
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(database.Wait?.TotalSeconds ?? 1)).ToString(CultureInfo.InvariantCulture);
        return AnswerAsync(context, status, new PredictionProblem(reason, message), PredictionsJson.Default.PredictionProblem);
    }

    private static Task AnswerAsync<T>(HttpContext context, int status, T body, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body, type, cancellationToken: context.RequestAborted);
    }
}

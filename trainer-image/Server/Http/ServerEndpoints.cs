using ModelOperator.Server.Hosting;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Http;

/// <summary>Every request passes here: routing, the version header, errors, metrics.</summary>
internal sealed partial class ServerEndpoints(
    ServerOptions options,
    ModelState state,
    InfoEndpoints info,
    RequestGate gate,
    TimeProvider time,
    ILogger<ServerEndpoints> logger)
{
    // What nginx logs for a client that went away; nobody receives it.
    private const int ClientClosedRequest = 499;

    internal async Task HandleAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var match = RouteTable.Find(context.Request.Path.Value ?? "");
        var slot = match.Model is null ? state.Only : state.Find(match.Model);
        // The version that answers now answers this request, whatever comes meanwhile.
        using var use = RouteTable.HasBody(match.Route) ? slot?.Enter() : null;
        var books = use?.Books ?? slot?.Books;
        if ((books ?? state.Only?.Books) is { } named)
            context.Response.Headers["x-model-version"] = named.Version;
        if (state.IsDraining)
            context.Response.Headers.Connection = "close";
        await AnswerAsync(context, match, slot, use);
        if (books is null || !RouteTable.HasBody(match.Route))
            return;
        if (RouteTable.IsScoring(match.Route))
            books.Metrics.Request(context.Response.StatusCode);
        books.Metrics.Duration(Label(match.Route), time.GetElapsedTime(started));
    }

    private async ValueTask AnswerAsync(HttpContext context, RouteMatch match, ModelSlot? slot, VersionUse? use)
    {
        try
        {
            if (RouteTable.IsOfModel(match.Route))
                Check(match, slot, use?.Books ?? slot?.Books);
            if (RouteTable.HasBody(match.Route) && RouteTable.Allows(match.Route, context.Request.Method))
                await TakeAsync(context, match.Route, slot!, use ?? throw Loading(slot!));
            else
                await DispatchAsync(context, match.Route, slot);
        }
        catch (RequestException failure)
        {
            if (failure.Status >= StatusCodes.Status500InternalServerError && failure.Status != StatusCodes.Status503ServiceUnavailable)
                LogUnscorable(failure.Logged);
            if (failure.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
                context.Response.Headers.RetryAfter = "1";
            await ErrorAsync(context, failure.Status, failure.Message);
        }
        catch (BadHttpRequestException failure)
        {
            await ErrorAsync(context, failure.StatusCode, failure.Message);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientClosedRequest;
        }
        catch (Exception failure)
        {
            LogFailure(failure, context.Request.Method, context.Request.Path.Value);
            await ErrorAsync(context, StatusCodes.Status500InternalServerError, "internal error; the server's log has the details");
        }
    }

    private void Check(RouteMatch match, ModelSlot? slot, VersionBooks? books)
    {
        if (slot is null)
        {
            var all = string.Join(", ", state.Slots.Select(static slot => slot.Books is { } known ? $"{slot.Name} in version {known.Version}" : slot.Name));
            throw new RequestException(StatusCodes.Status404NotFound, match.Model is null
                ? $"this server has several models and the path names none; ask /models/<name>/..., it has {all}"
                : $"no such model; this server has {all}");
        }

        if (match.Version is not null && books?.IsVersion(match.Version) == false)
            throw new RequestException(StatusCodes.Status404NotFound, $"no such version; this server has {slot.Name} in version {books.Version}");
    }

    private async ValueTask TakeAsync(HttpContext context, Route route, ModelSlot slot, VersionUse use)
    {
        using var deadline = new RequestDeadline(context, options, time);
        await gate.EnterAsync(deadline);
        try
        {
            await (route switch
            {
                Route.Predict => ScoringEndpoints.PredictAsync(context, use, deadline, batchOnly: false),
                Route.PredictBatch => ScoringEndpoints.PredictAsync(context, use, deadline, batchOnly: true),
                Route.Infer => ScoringEndpoints.InferAsync(context, use, deadline),
                _ => FeedbackEndpoint.HandleAsync(context, use, slot.Previous, deadline),
            });
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            throw new RequestException(StatusCodes.Status503ServiceUnavailable, "no predictor was free in time");
        }
        catch (DeviceFailedException)
        {
            // Another replica's may not fail, nor this one's after a restart.
            throw new RequestException(StatusCodes.Status503ServiceUnavailable, "the GPU could not predict; the server's log says why");
        }
        finally
        {
            gate.Leave();
        }
    }

    private ValueTask DispatchAsync(HttpContext context, Route route, ModelSlot? slot)
    {
        if (route == Route.Unknown)
            throw new RequestException(StatusCodes.Status404NotFound, "no such path");
        if (!RouteTable.Allows(route, context.Request.Method))
        {
            context.Response.Headers.Allow = RouteTable.Allows(route, HttpMethods.Post) ? "POST" : "GET, HEAD";
            throw new RequestException(StatusCodes.Status405MethodNotAllowed, $"{context.Response.Headers.Allow} only");
        }

        return route switch
        {
            Route.Health => info.HealthAsync(context.Response),
            Route.ModelInfo => InfoEndpoints.ModelInfoAsync(context.Response, slot!.Current ?? throw Loading(slot)),
            Route.Metrics => info.MetricsAsync(context.Response),
            Route.V2Server => InfoEndpoints.ServerAsync(context.Response),
            Route.V2Live => InfoEndpoints.LiveAsync(context.Response),
            Route.V2Ready => info.ReadyAsync(context.Response),
            Route.V2Model => InfoEndpoints.MetadataAsync(context.Response, slot!.Current ?? throw Loading(slot)),
            _ => info.ModelReadyAsync(context.Response, slot!),
        };
    }

    private static RequestException Loading(ModelSlot slot) => new(
        StatusCodes.Status503ServiceUnavailable, slot.Refused is { } refusal ? $"the model has no version that can be served: {refusal.Reason}" : "the model is still loading");

    private static async ValueTask ErrorAsync(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
            context.Abort();
        else
            await Reply.ErrorAsync(context.Response, status, message);
    }

    private static string Label(Route route) => route switch
    {
        Route.Predict => "predict",
        Route.PredictBatch => "batch",
        Route.Infer => "infer",
        _ => "feedback",
    };

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFailure(Exception failure, string method, string? path);

    [LoggerMessage(2, LogLevel.Warning, "A row could not be scored: {Reason}")]
    private partial void LogUnscorable(string reason);
}

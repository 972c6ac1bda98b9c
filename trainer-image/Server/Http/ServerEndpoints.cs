using ModelOperator.Server.Hosting;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Http;

/// <summary>Every request passes here: routing, the version header, errors, metrics.</summary>
internal sealed partial class ServerEndpoints(
    ServerOptions options,
    ModelState state,
    ServerMetrics metrics,
    ScoringEndpoints scoring,
    FeedbackEndpoint feedback,
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
        var route = RouteTable.Find(context.Request.Path.Value ?? "", options);
        context.Response.Headers["x-model-version"] = options.ModelVersion;
        if (state.IsDraining)
            context.Response.Headers.Connection = "close";
        await AnswerAsync(context, route);
        if (RouteTable.IsScoring(route))
            metrics.Request(context.Response.StatusCode);
        if (RouteTable.IsScoring(route) || route == Route.Feedback)
            metrics.Duration(Label(route), time.GetElapsedTime(started));
    }

    private async ValueTask AnswerAsync(HttpContext context, Route route)
    {
        try
        {
            if (RouteTable.HasBody(route) && RouteTable.Allows(route, context.Request.Method))
                await TakeAsync(context, route);
            else
                await DispatchAsync(context, route);
        }
        catch (RequestException failure)
        {
            if (failure.Status >= StatusCodes.Status500InternalServerError && failure.Status != StatusCodes.Status503ServiceUnavailable)
                LogUnscorable(failure.Message);
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

    private async ValueTask TakeAsync(HttpContext context, Route route)
    {
        using var deadline = new RequestDeadline(context, options, time);
        // One that could not be answered anyway takes nobody's turn.
        var model = Model();
        await gate.EnterAsync(deadline);
        try
        {
            await (route switch
            {
                Route.Predict => scoring.PredictAsync(context, model, deadline, batchOnly: false),
                Route.PredictBatch => scoring.PredictAsync(context, model, deadline, batchOnly: true),
                Route.Infer => scoring.InferAsync(context, model, deadline),
                _ => feedback.HandleAsync(context, model, deadline),
            });
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            throw new RequestException(StatusCodes.Status503ServiceUnavailable, "no predictor was free in time");
        }
        finally
        {
            gate.Leave();
        }
    }

    private ValueTask DispatchAsync(HttpContext context, Route route)
    {
        if (route == Route.Unknown)
            throw new RequestException(StatusCodes.Status404NotFound, "no such path");
        if (route == Route.UnknownModel)
            throw new RequestException(StatusCodes.Status404NotFound, $"no such model; this server has {options.ModelName} in version {options.ModelVersion}");
        if (!RouteTable.Allows(route, context.Request.Method))
        {
            context.Response.Headers.Allow = RouteTable.Allows(route, HttpMethods.Post) ? "POST" : "GET, HEAD";
            throw new RequestException(StatusCodes.Status405MethodNotAllowed, $"{context.Response.Headers.Allow} only");
        }

        return route switch
        {
            Route.Health => info.HealthAsync(context.Response),
            Route.ModelInfo => info.ModelInfoAsync(context.Response, Model()),
            Route.Metrics => info.MetricsAsync(context.Response),
            Route.V2Server => InfoEndpoints.ServerAsync(context.Response),
            Route.V2Live => InfoEndpoints.FlagAsync(context.Response, "live", value: true),
            Route.V2Ready => info.ReadyAsync(context.Response),
            Route.V2Model => info.MetadataAsync(context.Response, Model()),
            _ => info.ModelReadyAsync(context.Response),
        };
    }

    private ServedModel Model() => state.Model ?? throw new RequestException(StatusCodes.Status503ServiceUnavailable, "the model is still loading");

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

using System.Diagnostics;
using System.Globalization;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;
using Yarp.ReverseProxy.Forwarder;

namespace ModelOperator.Gateway.Traffic;

/// <summary>
/// Sends one request to one arm and counts its outcome under that arm's version. Nothing is sent twice: a prediction may have been counted by the server.
/// </summary>
internal sealed class ArmForwarder(IHttpForwarder forwarder, SmallForwarder small, UpstreamClient upstream, HeldRequests held, GatewayMetrics metrics, GatewayOptions options)
{
    private readonly ForwarderRequestConfig _config = new() { ActivityTimeout = options.Timeout };

    /// <summary>Forwards and answers; every outcome is an answer, none is an exception.</summary>
    /// <param name="context">The client's request.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="started">Stopwatch time of the request's arrival.</param>
    /// <param name="series">Counters of its kind.</param>
    public async ValueTask SendAsync(HttpContext context, Arm arm, long started, ArmSeries series)
    {
        var sent = started;
        metrics.Load.Begin();
        try
        {
            var outcome = arm.HoldSeconds is null || arm.Url is null ? HoldOutcome.Passed : await held.PassAsync(context.Request, arm, started);
            sent = arm.HoldSeconds is null ? started : Stopwatch.GetTimestamp();
            if (arm.Url is null)
                await Answers.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "ArmHasNoUrl", $"Version {arm.Version} ({arm.Name}) has no address yet; try again.", arm.Version);
            else if (outcome != HoldOutcome.Passed)
                await RefuseAsync(context, arm, outcome);
            else
            {
                var whole = SmallForwarder.Takes(context.Request)
                    ? await small.SendAsync(context, arm, started)
                    : await forwarder.SendAsync(context, arm.Url, upstream.Invoker, _config, arm.Transformer) == ForwarderError.None;
                if (!whole && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
                    await ExplainAsync(context, arm);
            }

            // 499: the client went away; its wait says nothing about the version's health and must not look like a success or a 5xx.
            var code = context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode;
            series.Observe(code, Stopwatch.GetTimestamp() - started);
        }
        finally
        {
            // Whatever broke: a request that never ended would keep its servers for ever.
            var ended = Stopwatch.GetTimestamp();
            metrics.Load.End(ended - sent, ended);
        }
    }

    /// <summary>Why a request that waited for a server is not sent.</summary>
    private static Task RefuseAsync(HttpContext context, Arm arm, HoldOutcome outcome)
    {
        if (outcome == HoldOutcome.Gone)
            return Task.CompletedTask;
        context.Response.Headers.RetryAfter = outcome == HoldOutcome.Stopped ? "1" : "5";
        var (reason, message) = outcome switch
        {
            HoldOutcome.Full => ("TooManyHeld", $"Version {arm.Version} ({arm.Name}) is being started, and as many requests wait for it as may; try again."),
            HoldOutcome.Stopped => ("GatewayStopping", $"Version {arm.Version} ({arm.Name}) is being started, and this gateway goes; try again."),
            _ => ("ServerNotStarted", string.Create(
                CultureInfo.InvariantCulture, $"Version {arm.Version} ({arm.Name}) is being started and did not take the request within {arm.HoldSeconds} s; try again. Its CanaryDeployment says what is in the way.")),
        };
        return Answers.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, reason, message, arm.Version);
    }

    private static Task ExplainAsync(HttpContext context, Arm arm) => context.Response.StatusCode switch
    {
        StatusCodes.Status504GatewayTimeout => Answers.ErrorAsync(
            context, StatusCodes.Status504GatewayTimeout, "UpstreamTimeout", $"Version {arm.Version} ({arm.Name}) did not answer in time.", arm.Version),
        StatusCodes.Status503ServiceUnavailable => RefuseAsync(context, arm, HoldOutcome.TimedOut),
        StatusCodes.Status413PayloadTooLarge => Answers.ErrorAsync(
            context, StatusCodes.Status413PayloadTooLarge, "BodyTooLarge", "The request body is larger than the gateway allows.", arm.Version),
        >= 400 and < 500 and var status => Answers.ErrorAsync(context, status, "BadRequestBody", "The request body could not be read.", arm.Version),
        _ => Answers.ErrorAsync(
            context, StatusCodes.Status502BadGateway, "UpstreamUnreachable", $"Version {arm.Version} ({arm.Name}) could not be reached or broke off.", arm.Version),
    };
}

using System.Diagnostics;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Routing;
using Yarp.ReverseProxy.Forwarder;

namespace ModelOperator.Gateway.Traffic;

/// <summary>
/// Sends one request to one arm and counts its outcome under that arm's version. Nothing is sent twice: a prediction may have been counted by the server.
/// </summary>
internal sealed class ArmForwarder(IHttpForwarder forwarder, SmallForwarder small, UpstreamClient upstream, GatewayOptions options)
{
    private readonly ForwarderRequestConfig _config = new() { ActivityTimeout = options.Timeout };

    /// <summary>Forwards and answers; every outcome is an answer, none is an exception.</summary>
    /// <param name="context">The client's request.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="started">Stopwatch time of the request's arrival.</param>
    public async ValueTask SendAsync(HttpContext context, Arm arm, long started)
    {
        if (arm.Url is null)
            await Answers.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "ArmHasNoUrl", $"Version {arm.Version} ({arm.Name}) has no address yet; try again.", arm.Version);
        else
        {
            var whole = SmallForwarder.Takes(context.Request)
                ? await small.SendAsync(context, arm)
                : await forwarder.SendAsync(context, arm.Url, upstream.Invoker, _config, arm.Transformer) == ForwarderError.None;
            if (!whole && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
                await ExplainAsync(context, arm);
        }

        // 499: the client went away; its wait says nothing about the version's health and must not look like a success or a 5xx.
        var code = context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode;
        arm.Series.Observe(code, Stopwatch.GetTimestamp() - started);
    }

    private static Task ExplainAsync(HttpContext context, Arm arm) => context.Response.StatusCode switch
    {
        StatusCodes.Status504GatewayTimeout => Answers.ErrorAsync(
            context, StatusCodes.Status504GatewayTimeout, "UpstreamTimeout", $"Version {arm.Version} ({arm.Name}) did not answer in time.", arm.Version),
        StatusCodes.Status413PayloadTooLarge => Answers.ErrorAsync(
            context, StatusCodes.Status413PayloadTooLarge, "BodyTooLarge", "The request body is larger than the gateway allows.", arm.Version),
        >= 400 and < 500 and var status => Answers.ErrorAsync(context, status, "BadRequestBody", "The request body could not be read.", arm.Version),
        _ => Answers.ErrorAsync(
            context, StatusCodes.Status502BadGateway, "UpstreamUnreachable", $"Version {arm.Version} ({arm.Name}) could not be reached or broke off.", arm.Version),
    };
}

using System.Diagnostics;
using System.Text.Json;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>
/// <c>POST /feedback</c> and <c>/models/&lt;model&gt;/feedback</c>: truth goes to the version that made the prediction, whatever the weights are now (0 included).
/// 400 for a body that is no feedback, 408 for one that comes too slowly, 413 above 64 KiB, 422 when the version is unknown.
/// </summary>
internal sealed class FeedbackHandler(ArmForwarder forwarder, UpstreamClient upstream, HeldRequests held, GatewayMetrics metrics, GatewayOptions options, TimeProvider clock)
{
    private const string Path = "/feedback";
    private const string Models = "/models/";

    /// <summary>Whether a path is that of feedback: the servers' short one, or the one that names their model.</summary>
    public static bool Takes(string? path) => path is not null
        && path.EndsWith(Path, StringComparison.Ordinal)
        && (path.Length == Path.Length || (path.StartsWith(Models, StringComparison.Ordinal) && path.IndexOf('/', Models.Length) == path.Length - Path.Length));

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, RouteTable table, long started)
    {
        var body = await HeldBody.TakeAsync(context, "feedback", options.Timeout, clock);
        if (body is null)
            return;
        var split = FeedbackSplit.Split(body, table);
        if (split.Problem is { } problem)
        {
            var status = split.Reason == "UnknownVersion" ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status400BadRequest;
            await Answers.ErrorAsync(context, status, split.Reason!, $"Feedback refused: {problem}.");
            return;
        }

        if (split.Parts is [var only])
        {
            context.Request.Body = new MemoryStream(only.Body, writable: false);
            context.Request.ContentLength = only.Body.Length;
            context.Request.Headers.Remove("Transfer-Encoding");
            await forwarder.SendAsync(context, only.Arm, started, only.Arm.Feedback);
            return;
        }

        var results = await Task.WhenAll(split.Parts.Select(part => SendAsync(context.Request, part.Arm, part.Body, started)));
        context.Response.StatusCode = results.Max(result => result.Status) is var worst && worst >= 300 ? worst : StatusCodes.Status200OK;
        await context.Response.WriteAsJsonAsync(new FeedbackAnswer(results), GatewayJson.Default.FeedbackAnswer, cancellationToken: context.RequestAborted);
    }

    private async Task<FeedbackResult> SendAsync(HttpRequest request, Arm arm, byte[] body, long arrived)
    {
        var started = Stopwatch.GetTimestamp();
        var sent = started;
        // Each part is a request to its arm: without it an arm could be thought to have nothing to do.
        metrics.Load.Begin();
        try
        {
            var passed = arm.HoldSeconds is null || await held.PassAsync(request, arm, arrived) == HoldOutcome.Passed;
            sent = arm.HoldSeconds is null ? started : Stopwatch.GetTimestamp();
            var result = passed ? await TrySendAsync(request, arm, body) : new(arm.Version, StatusCodes.Status503ServiceUnavailable, null);
            arm.Feedback.Observe(result.Status, Stopwatch.GetTimestamp() - started);
            return result;
        }
        finally
        {
            var ended = Stopwatch.GetTimestamp();
            metrics.Load.End(ended - sent, ended);
        }
    }

    private async Task<FeedbackResult> TrySendAsync(HttpRequest part, Arm arm, byte[] body)
    {
        if (arm.Url is null)
            return new(arm.Version, StatusCodes.Status503ServiceUnavailable, null);
        using CancellationTokenSource timeout = new(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, part.HttpContext.RequestAborted);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, arm.AddressOf(part)) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/json");
            using var response = await upstream.Invoker.SendAsync(request, either.Token);
            return new(arm.Version, (int)response.StatusCode, Json(await response.Content.ReadAsByteArrayAsync(either.Token)));
        }
        catch (OperationCanceledException)
        {
            return new(arm.Version, timeout.IsCancellationRequested ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status499ClientClosedRequest, null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new(arm.Version, StatusCodes.Status502BadGateway, null);
        }
    }

    private static JsonElement? Json(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Diagnostics;
using System.Text.Json;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>
/// <c>POST /feedback</c>: truth goes to the version that made the prediction, whatever the weights are now (0 included).
/// 400 for a body that is no feedback, 413 above 64 KiB, 422 when the version is unknown.
/// </summary>
internal sealed class FeedbackHandler(ArmForwarder forwarder, UpstreamClient upstream, HeldRequests held, GatewayMetrics metrics, GatewayOptions options, TimeProvider clock)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, RouteTable table, long started)
    {
        var body = await HeldBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status413PayloadTooLarge, "BodyTooLarge", $"A feedback body may have at most {HeldBody.MaxBytes} bytes; send smaller batches.");
            return;
        }

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
            var result = passed ? await TrySendAsync(arm, body, request.HttpContext.RequestAborted) : new(arm.Version, StatusCodes.Status503ServiceUnavailable, null);
            arm.Feedback.Observe(result.Status, Stopwatch.GetTimestamp() - started);
            return result;
        }
        finally
        {
            var ended = Stopwatch.GetTimestamp();
            metrics.Load.End(ended - sent, ended);
        }
    }

    private async Task<FeedbackResult> TrySendAsync(Arm arm, byte[] body, CancellationToken cancellationToken)
    {
        if (arm.Url is null)
            return new(arm.Version, StatusCodes.Status503ServiceUnavailable, null);
        using CancellationTokenSource timeout = new(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, arm.Url + "/feedback") { Content = new ByteArrayContent(body) };
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

using System.Diagnostics;
using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>
/// Sends copies of requests to a shadow arm without waiting for it. The client's request is forwarded at once and never depends on the copy; what cannot
/// be copied cheaply (too many in flight, body too large or of unknown length) is dropped and counted. A copy counts under its version, in series of its own.
/// </summary>
internal sealed class MirrorSender(ArmForwarder forwarder, UpstreamClient upstream, GatewayMetrics metrics, TimeProvider clock)
{
    public const int MaxInFlight = 64;
    public const int MaxBodyBytes = 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private int _inFlight;

    /// <summary>Forwards to the arm and a copy to the shadow.</summary>
    public async Task SendWithCopyAsync(HttpContext context, Arm arm, Mirror shadow, long started)
    {
        var request = context.Request;
        var hasBody = request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0;
        if (shadow.Arm.Url is not { } url || (hasBody && request.ContentLength is null or > MaxBodyBytes) || !TryEnter())
        {
            metrics.CountDropped();
            await forwarder.SendAsync(context, arm, started, arm.Series);
            return;
        }

        byte[] body;
        try
        {
            body = hasBody ? await ReadAsync(request) : [];
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            Interlocked.Decrement(ref _inFlight);
            metrics.CountDropped();
            var code = exception is BadHttpRequestException bad && !context.RequestAborted.IsCancellationRequested ? bad.StatusCode : StatusCodes.Status499ClientClosedRequest;
            arm.Series.Observe(code, 0);
            if (code != StatusCodes.Status499ClientClosedRequest)
                await Answers.ErrorAsync(context, code, "BadRequestBody", "The request body could not be read.", arm.Version);
            return;
        }

        _ = SendCopyAsync(CopyOf(request, url, body), shadow.Series, started);
        if (hasBody)
            request.Body = new MemoryStream(body, writable: false);
        await forwarder.SendAsync(context, arm, started, arm.Series);
    }

    private bool TryEnter()
    {
        if (Interlocked.Increment(ref _inFlight) <= MaxInFlight)
            return true;
        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    private async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using CancellationTokenSource late = new(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, request.HttpContext.RequestAborted);
        var body = new byte[request.ContentLength!.Value];
        await ClientBody.ReadAsync(request, body, either.Token);
        return body;
    }

    private static HttpRequestMessage CopyOf(HttpRequest request, string url, byte[] body)
    {
        HttpRequestMessage copy = new(new(request.Method), url + request.Path + request.QueryString);
        if (body.Length > 0)
        {
            copy.Content = new ByteArrayContent(body);
            foreach (var name in (ReadOnlySpan<string>)["Content-Type", "Content-Encoding"])
                if (request.Headers.TryGetValue(name, out var values))
                    copy.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        foreach (var name in (ReadOnlySpan<string>)["Accept", "Authorization", "X-Request-Id", "Traceparent", "Inference-Header-Content-Length"])
            if (request.Headers.TryGetValue(name, out var values))
                copy.Headers.TryAddWithoutValidation(name, values.ToArray());
        copy.Headers.TryAddWithoutValidation("X-Model-Mirror", "1");
        return copy;
    }

    private async Task SendCopyAsync(HttpRequestMessage copy, ArmSeries series, long started)
    {
        var code = StatusCodes.Status502BadGateway;
        try
        {
            using CancellationTokenSource timeout = new(Timeout, clock);
            using var response = await upstream.Invoker.SendAsync(copy, timeout.Token);
            await response.Content.CopyToAsync(Stream.Null, timeout.Token);
            code = (int)response.StatusCode;
        }
        catch (OperationCanceledException)
        {
            code = StatusCodes.Status504GatewayTimeout;
        }
        catch (Exception)
        {
            // Whatever it was, there is no answer: 502.
        }
        finally
        {
            copy.Dispose();
            series.Observe(code, Stopwatch.GetTimestamp() - started);
            Interlocked.Decrement(ref _inFlight);
        }
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>
/// Forwards HTTP/1.1 requests with a small body of declared length, which predictions are. YARP's forwarder streams: it sends the head of a request before
/// it touches the body, which costs a packet, and its peer a wake-up, more than nginx needs. Here head and body go out in one piece.
/// </summary>
internal sealed class SmallForwarder(UpstreamClient upstream, HeldRequests held, GatewayOptions options)
{
    /// <summary>Largest body that is held before it is sent.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    private const int ReadBytes = 16 * 1024;
    private const int KeptTimeouts = 256;

    private readonly ConcurrentQueue<CancellationTokenSource> _timeouts = [];
    private int _kept;

    /// <summary>Whether a request can go this way.</summary>
    public static bool Takes(HttpRequest request) =>
        HttpProtocol.IsHttp11(request.Protocol)
        && request.ContentLength is null or <= MaxBodyBytes
        && request.Headers.TransferEncoding.Count == 0
        && request.Headers.Upgrade.Count == 0
        && request.Headers.Expect.Count == 0;

    /// <summary>Forwards and answers. On an error before the answer began, only its status is set.</summary>
    /// <param name="context">The client's request.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="started">Timestamp of the request's arrival.</param>
    /// <returns>Whether the arm's answer was passed on whole.</returns>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Kept for the next request, or disposed, in the end.")]
    public async ValueTask<bool> SendAsync(HttpContext context, Arm arm, long started)
    {
        var timeout = Take();
        var aborted = context.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), timeout);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(ReadBytes, (int)(context.Request.ContentLength ?? 0)));
        try
        {
            timeout.CancelAfter(options.Timeout);
            var reading = ReadAsync(context.Request, buffer, timeout.Token);
            var isThere = reading.IsCompleted;
            var body = await reading;
            // What a slow client took is not taken from the arm.
            if (!isThere)
                timeout.CancelAfter(options.Timeout);
            using var message = arm.HoldSeconds is null ? await MessageAsync(context, arm, body, timeout.Token) : null;
            using var response = message is not null
                ? await upstream.Invoker.SendAsync(message, timeout.Token)
                : await SendAgainAsync(context, arm, body, started, timeout);
            context.Response.StatusCode = (int)response.StatusCode;
            if (await arm.Transformer.TransformResponseAsync(context, response, timeout.Token) && response.StatusCode != HttpStatusCode.NoContent)
                await CopyAsync(response, context.Response, buffer, timeout);
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or BadHttpRequestException)
        {
            Fail(context, arm, failure, timeout);
            return false;
        }
        finally
        {
            // Unregistering waits for a cancellation that runs, so that the source is not reset under it.
            await aborted.DisposeAsync();
            ArrayPool<byte>.Shared.Return(buffer);
            Keep(timeout);
        }
    }

    /// <summary>The last server may go in the moment in which a request is sent to it. While no connection was made nothing was sent: the request waits for the next server.</summary>
    private async Task<HttpResponseMessage> SendAgainAsync(HttpContext context, Arm arm, ReadOnlyMemory<byte> body, long started, CancellationTokenSource timeout)
    {
        while (true)
        {
            using var message = await MessageAsync(context, arm, body, timeout.Token);
            try
            {
                return await upstream.Invoker.SendAsync(message, timeout.Token);
            }
            catch (HttpRequestException failure) when (IsUnmade(failure) && held.Sleeps(arm))
            {
                timeout.CancelAfter(Timeout.InfiniteTimeSpan);
                if (await held.PassAsync(context.Request, arm, started) != HoldOutcome.Passed)
                    throw;
                timeout.CancelAfter(options.Timeout);
            }
        }
    }

    private static bool IsUnmade(Exception failure) => failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, byte[] buffer, CancellationToken cancellationToken)
    {
        var length = (int)(request.ContentLength ?? 0);
        if (length > 0)
            await ClientBody.ReadAsync(request, buffer.AsMemory(0, length), cancellationToken);
        return buffer.AsMemory(0, length);
    }

    private static async ValueTask<HttpRequestMessage> MessageAsync(HttpContext context, Arm arm, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        HttpRequestMessage message = new(HttpMethod.Parse(context.Request.Method), arm.AddressOf(context.Request))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = context.Request.ContentLength is null ? null : new ReadOnlyMemoryContent(body),
        };
        await arm.Transformer.TransformRequestAsync(context, message, arm.Url!, cancellationToken);
        return message;
    }

    // Each part is passed on as it comes: an answer may be a stream.
    private async ValueTask CopyAsync(HttpResponseMessage from, HttpResponse to, byte[] buffer, CancellationTokenSource timeout)
    {
        var left = from.Content.Headers.ContentLength ?? long.MaxValue;
        if (left == 0 || HttpMethods.IsHead(to.HttpContext.Request.Method))
            return;
        await using var stream = await from.Content.ReadAsStreamAsync(timeout.Token);
        while (left > 0)
        {
            var read = await stream.ReadAsync(buffer, timeout.Token);
            if (read == 0)
                return;
            left -= read;
            await to.Body.WriteAsync(buffer.AsMemory(0, read), timeout.Token);
            if (left > 0)
                timeout.CancelAfter(options.Timeout);
        }
    }

    private static void Fail(HttpContext context, Arm arm, Exception failure, CancellationTokenSource timeout)
    {
        if (context.Response.HasStarted)
        {
            // The client must not take a broken answer for a whole one.
            context.Abort();
            return;
        }

        // Of the arm's own head, if it came this far; whether this gateway is closing its connections holds still.
        var connection = context.Response.Headers.Connection;
        context.Response.Headers.Clear();
        context.Response.Headers.Connection = connection;
        context.Response.StatusCode = failure is BadHttpRequestException bad ? bad.StatusCode
            : arm.HoldSeconds is not null && IsUnmade(failure) ? StatusCodes.Status503ServiceUnavailable
            : context.RequestAborted.IsCancellationRequested || !timeout.IsCancellationRequested ? StatusCodes.Status502BadGateway
            : StatusCodes.Status504GatewayTimeout;
    }

    private CancellationTokenSource Take()
    {
        if (!_timeouts.TryDequeue(out var kept))
            return new CancellationTokenSource();
        Interlocked.Decrement(ref _kept);
        return kept;
    }

    private void Keep(CancellationTokenSource timeout)
    {
        if (Volatile.Read(ref _kept) >= KeptTimeouts || !timeout.TryReset())
        {
            timeout.Dispose();
            return;
        }

        Interlocked.Increment(ref _kept);
        _timeouts.Enqueue(timeout);
    }
}

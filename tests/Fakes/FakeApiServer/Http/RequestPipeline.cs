using Microsoft.AspNetCore.Http;

namespace ModelOperator.Fakes;

/// <summary>One request through the server: log, kill switch, faults, authentication, handling, answer.</summary>
internal sealed class RequestPipeline(FakeApiServer server, FakeStore store)
{
    private readonly ObjectHandler _objects = new(store, server.Reviews);
    private readonly WatchHandler _watches = new(store, server.Options);
    private readonly DiscoveryHandler _discovery = new(server.Options);
    private long _number;

    internal async Task HandleAsync(HttpContext context)
    {
        var request = RequestReader.Read(context, Interlocked.Increment(ref _number));
        server.Log(request);
        var dead = server.KillSwitch.Dead;
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, dead);
        try
        {
            cut.Token.ThrowIfCancellationRequested();
            await HandleAsync(context, request, cut.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        catch (FakeApiException e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, request, FakeResponse.Json(e.ToStatus(), e.Code), cut.Token);
        }
    }

    private async Task HandleAsync(HttpContext context, FakeRequest request, CancellationToken cancellationToken)
    {
        var body = await ReadBodyAsync(context, cancellationToken);
        var kill = server.KillSwitch.Observe(request);
        if (kill == KillPoint.BeforeWrite)
            Die();
        var fault = server.FaultFor(request);
        if (await BeforeAsync(context, request, fault, cancellationToken))
            return;
        if (server.RequiredToken is { } token && request.Authorization != $"Bearer {token}")
            throw new FakeApiException(401, "Unauthorized", "Unauthorized");
        if (request.Verb == "watch")
        {
            request.StatusCode = 200;
            await _watches.HandleAsync(context, request, Resource(request), fault, cancellationToken);
            return;
        }

        FakeResponse response;
        try
        {
            response = Respond(request, body, context.Request.ContentType ?? string.Empty);
        }
        catch (FakeApiException e)
        {
            response = FakeResponse.Json(e.ToStatus(), e.Code);
        }

        if (kill == KillPoint.BeforeReply)
            Die();
        if (fault?.Kind == FaultKind.CutAfter)
            context.Abort();
        else
            await AnswerAsync(context, request, response, cancellationToken);
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }

    private static async Task AnswerAsync(HttpContext context, FakeRequest request, FakeResponse response, CancellationToken cancellationToken)
    {
        request.StatusCode = response.Code;
        context.Response.StatusCode = response.Code;
        context.Response.ContentType = response.ContentType;
        context.Response.ContentLength = response.Body.Length;
        if (response.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await context.Response.Body.WriteAsync(response.Body, cancellationToken);
    }

    // Faults that come before any work. True: the request is finished.
    private static async Task<bool> BeforeAsync(HttpContext context, FakeRequest request, Fault? fault, CancellationToken cancellationToken)
    {
        switch (fault?.Kind)
        {
            case FaultKind.Status:
                var response = fault.Reason is { } reason
                    ? FakeResponse.Json(FakeApiException.Status(fault.Code, reason, "scripted fault"), fault.Code)
                    : FakeResponse.Text("scripted fault", fault.Code);
                await AnswerAsync(context, request, response with { RetryAfterSeconds = fault.RetryAfterSeconds }, cancellationToken);
                return true;
            case FaultKind.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                return true;
            case FaultKind.CutBefore:
                context.Abort();
                return true;
            case FaultKind.GarbageBody:
                await AnswerAsync(context, request, FakeResponse.Text("<html>not the API server</html>"), cancellationToken);
                return true;
            default:
                return false;
        }
    }

    private FakeResponse Respond(FakeRequest request, byte[] body, string mediaType)
    {
        if (_discovery.Handle(request.Path, server.Resources) is { } document)
            return document;
        if (request is { Verb: "get", Resource: "pods", Subresource: "log" })
            return FakeResponse.Text(server.PodLog(request.Namespace!, request.Name!));
        return server.Reviews.Handle(request, body) ?? _objects.Handle(request, Resource(request), body, mediaType);
    }

    private FakeResource Resource(FakeRequest request) =>
        server.Resources.FirstOrDefault(r => r.Group == request.Group && r.Version == request.Version && r.Plural == request.Resource)
        ?? throw new FakeApiException(404, "NotFound", "the server could not find the requested resource");

    private void Die()
    {
        server.KillSwitch.Fire();
        throw new OperationCanceledException();
    }
}

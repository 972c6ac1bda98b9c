using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace ModelOperator.Fakes;

/// <summary>Streams the changes of one resource, with bookmarks and the scripted faults of watches.</summary>
internal sealed class WatchHandler(FakeStore store, FakeApiServerOptions options)
{
    internal async Task HandleAsync(HttpContext context, FakeRequest request, FakeResource resource, Fault? fault, CancellationToken cancellationToken)
    {
        var since = request.Query.GetValueOrDefault("resourceVersion") is { Length: > 0 } text && text != "0"
            ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : throw FakeApiException.BadRequest($"invalid resource version {text}")
            : (long?)null;
        var matches = Selectors.Parse(request.Query.GetValueOrDefault("labelSelector"), request.Query.GetValueOrDefault("fieldSelector"));
        ChannelReader<StoreEvent> events;
        try
        {
            events = store.Watch(resource, since);
        }
        catch (FakeApiException e) when (e.Code == 410)
        {
            await StartAsync(context, cancellationToken);
            await SendAsync(context, Line("ERROR", e.ToStatus().ToJsonString()), cancellationToken);
            return;
        }

        try
        {
            await StartAsync(context, cancellationToken);
            bool Wanted(StoredObject o) => (request.Namespace is null || o.Namespace == request.Namespace) && matches(o);
            var watch = new Watch(context, request, resource, events, Wanted, fault);
            await StreamAsync(watch, cancellationToken);
        }
        finally
        {
            store.Unwatch(resource, events);
        }
    }

    private static async Task StartAsync(HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    private static async Task SendAsync(HttpContext context, byte[] line, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(line, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    private static byte[] Line(string type, string json) => Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":{json}}}\n");

    private static byte[] Line(string type, StoredObject stored) =>
        [.. Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":"), .. stored.Utf8, .. "}\n"u8];

    // A change that moves an object into or out of the selection is an ADDED or a DELETED for this watcher.
    private static string? TypeFor(StoreEvent change, Func<StoredObject, bool> wanted)
    {
        var now = change.Type != "DELETED" && wanted(change.Object);
        var before = change.Old is { } old && wanted(old);
        return (before, now) switch
        {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            _ => null,
        };
    }

    private async Task StreamAsync(Watch watch, CancellationToken cancellationToken)
    {
        var timeout = RequestReader.Number(watch.Request, "timeoutSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromMinutes(30);
        if (watch.Fault?.Kind == FaultKind.SilentWatch)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return;
        }

        if (watch.Fault?.Kind == FaultKind.GarbageWatchLine)
            await SendAsync(watch.Context, "{\"type\":\"ADDED\",\"object\":{{{ this is no JSON\n"u8.ToArray(), cancellationToken);
        var faulty = watch.Fault?.Kind is FaultKind.CloseWatchAfter or FaultKind.CutWatchAfter or FaultKind.WatchGone;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(faulty ? watch.Fault!.Delay : timeout);
        try
        {
            await PumpAsync(watch, end.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await EndAsync(watch, cancellationToken);
        }
    }

    private async Task EndAsync(Watch watch, CancellationToken cancellationToken)
    {
        switch (watch.Fault?.Kind)
        {
            case FaultKind.CutWatchAfter:
                await SendAsync(watch.Context, "{\"type\":\"MODIFIED\",\"object\":{\"metad"u8.ToArray(), cancellationToken);
                watch.Context.Abort();
                break;
            case FaultKind.WatchGone:
                var gone = FakeApiException.Status(410, "Expired", "too old resource version (scripted)");
                await SendAsync(watch.Context, Line("ERROR", gone.ToJsonString()), cancellationToken);
                break;
            case null when watch.WantsBookmarks:
                await BookmarkAsync(watch, cancellationToken);
                break;
        }
    }

    // The end comes between events only: one that was taken from the queue and not sent would be lost behind the closing bookmark.
    private async Task PumpAsync(Watch watch, CancellationToken end, CancellationToken cancellationToken)
    {
        var silent = watch.Fault?.Kind == FaultKind.BookmarkOnly;
        while (true)
        {
            // several pending events share one flush, as on the real server's buffered stream
            while (watch.Events.TryRead(out var change))
            {
                watch.Sent = change.Version;
                if (!silent && TypeFor(change, watch.Wanted) is { } type)
                    await watch.Context.Response.Body.WriteAsync(Line(type, change.Object), cancellationToken);
            }

            await watch.Context.Response.Body.FlushAsync(cancellationToken);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(end);
            if (watch.WantsBookmarks)
                pause.CancelAfter(options.BookmarkInterval);
            try
            {
                if (!await watch.Events.WaitToReadAsync(pause.Token))
                    return;
            }
            catch (OperationCanceledException) when (!end.IsCancellationRequested)
            {
                await BookmarkAsync(watch, cancellationToken);
            }
        }
    }

    // Only what has been sent may be marked: the queue may hold newer events already.
    private async Task BookmarkAsync(Watch watch, CancellationToken cancellationToken)
    {
        var now = store.Version;
        var version = watch.Events.TryPeek(out var next) ? next.Version - 1 : now;
        if (version < watch.Sent || (watch.Events.TryPeek(out _) && watch.Sent == 0))
            return;
        var json = $$$"""{"kind":"{{{watch.Resource.Kind}}}","apiVersion":"{{{watch.Resource.ApiVersion}}}","metadata":{"resourceVersion":"{{{version}}}","creationTimestamp":null}}""";
        await SendAsync(watch.Context, Line("BOOKMARK", json), cancellationToken);
    }

    private sealed record Watch(
        HttpContext Context,
        FakeRequest Request,
        FakeResource Resource,
        ChannelReader<StoreEvent> Events,
        Func<StoredObject, bool> Wanted,
        Fault? Fault)
    {
        internal long Sent { get; set; }

        internal bool WantsBookmarks => RequestReader.IsTrue(Request, "allowWatchBookmarks");
    }
}

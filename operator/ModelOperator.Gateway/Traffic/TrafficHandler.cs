using System.Diagnostics;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>Every request of the traffic port: chooses an arm of the table in force and forwards.</summary>
internal sealed class TrafficHandler(
    RouteTableStore store, ArmForwarder forwarder, FeedbackHandler feedback, MirrorSender mirror, GatewayMetrics metrics, GatewayOptions options, DrainState drain, TimeProvider clock)
{
    /// <summary>Answers one request. The table is read once: a swap in the middle does not concern this request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        // Kept-alive connections would stay with this pod after its Service has forgotten it, and break when it stops.
        if (drain.Draining)
            context.Response.Headers.Connection = "close";
        if (store.Current is not { } table)
            return RefuseAsync(context, "NoRouteTable", "The gateway has no route table yet.");
        if (context.Request.ContentLength > options.MaxBodyBytes)
            return Answers.ErrorAsync(context, StatusCodes.Status413PayloadTooLarge, "BodyTooLarge", $"The request body may have at most {options.MaxBodyBytes} bytes.");
        if (HttpMethods.IsPost(context.Request.Method) && FeedbackHandler.Takes(context.Request.Path.Value))
            return feedback.HandleAsync(context, table, started);
        if (table.Experiment is { } experiment && HttpMethods.IsPost(context.Request.Method) && context.Request.Path.Value == "/events")
            return EventsHandler.HandleAsync(context, table, experiment, options.Timeout, clock);
        if (table.Split is null)
            return RefuseAsync(context, "NoArm", $"No version of {table.Canary} takes traffic: the route table has no arm with a weight above 0.");
        var arm = Choose(context, table);
        return table.Mirror is { } shadow && !ReferenceEquals(shadow.Arm, arm) && shadow.Split.Next() == 0
            ? mirror.SendWithCopyAsync(context, arm, shadow, started)
            : forwarder.SendAsync(context, arm, started, arm.Series).AsTask();
    }

    private static Arm Choose(HttpContext context, RouteTable table)
    {
        foreach (var route in table.Headers)
            if (route.Matches(context.Request))
                return route.Arm;
        if (table.Sticky is { } sticky && KeyOf(context.Request, sticky) is { Length: > 0 } key)
        {
            var hash = sticky.HashOf(key);
            var place = sticky.PlaceOf(hash);
            table.Experiment?.See(hash, place);
            return table.Arms[place];
        }

        table.Experiment?.SeeNobody();
        return table.Arms[table.Split!.Next()];
    }

    private static string? KeyOf(HttpRequest request, StickyCohorts sticky)
    {
        if (sticky.Header is not null && request.Headers.TryGetValue(sticky.Header, out var values) && values.Count > 0 && !string.IsNullOrEmpty(values[0]))
            return values[0];
        return sticky.Cookie is null ? null : request.Cookies[sticky.Cookie];
    }

    private Task RefuseAsync(HttpContext context, string reason, string message)
    {
        metrics.CountUnrouted();
        return Answers.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, reason, message);
    }
}

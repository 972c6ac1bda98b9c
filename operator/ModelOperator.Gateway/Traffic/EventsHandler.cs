using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>
/// <c>POST /events</c> of an A/B test: business events are counted for the arm of their user. All events of a body are counted, or none.
/// 202 with how they were counted; 400 for a body that is no event, 408 for one that comes too slowly, 413 above 64 KiB, 422 for an event that cannot be counted.
/// </summary>
internal static class EventsHandler
{
    /// <summary>Answers one request, whose body may take until <paramref name="limit"/>.</summary>
    public static async Task HandleAsync(HttpContext context, RouteTable table, Experiment experiment, TimeSpan limit, TimeProvider clock)
    {
        var body = await HeldBody.TakeAsync(context, "events", limit, clock);
        if (body is null)
            return;
        var read = BusinessEvents.Read(body, experiment);
        if (read.Problem is { } problem)
            await Answers.ErrorAsync(context, read.Status, read.Reason!, $"Events refused, none was counted: {problem}.");
        else if (experiment.Id is null || table.Sticky is null)
            await Answers.ErrorAsync(context, StatusCodes.Status422UnprocessableEntity, "NoExperiment", $"Events refused, none was counted: no A/B test of {table.Canary} is being measured now.");
        else
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await context.Response.WriteAsJsonAsync(Count(read.Events, table.Sticky, experiment), GatewayJson.Default.EventsAnswer, cancellationToken: context.RequestAborted);
        }
    }

    private static EventsAnswer Count(IReadOnlyList<BusinessEvent> events, StickyCohorts sticky, Experiment experiment)
    {
        var counts = new int[3];
        foreach (var (user, kind, value) in events)
        {
            var hash = sticky.HashOf(user);
            counts[(int)experiment.Count(hash, sticky.PlaceOf(hash), kind, value)]++;
        }

        return new(events.Count, counts[(int)EventOutcome.First], counts[(int)EventOutcome.Repeated], counts[(int)EventOutcome.Untracked]);
    }
}

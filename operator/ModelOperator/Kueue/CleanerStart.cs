using System.Globalization;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Scheduling;
using ModelOperator.GridSources;
using ModelOperator.Hosting;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Kueue;

/// <summary>When a start within a day is expected to be cleaner than one now.</summary>
internal static class CleanerStart
{
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(1);

    /// <summary>A sentence for people; null when nothing is known or nothing is cleaner. Reads what is known already, never the network.</summary>
    internal static string? Say(V1TrainingRun run, GridKnowledge grid, OperatorOptions options, DateTimeOffset now)
    {
        var zone = TrainingRunEstimates.ZoneOf(run.Spec, options);
        var duration = TimeSpan.FromSeconds(run.Spec.Carbon?.ExpectedSeconds ?? (run.Spec.Deadlines ?? new()).ActiveSeconds);
        var forecast = DecisionForecast.Of(grid.Marginal(zone), grid.Average(zone), now, now + Horizon + duration, now + duration);
        var decision = CarbonAwareStart.Decide(forecast, new StartRequest(now, now + Horizon, duration), null);
        return decision is { Waits: true, Immediate: { } immediate, Chosen: { } chosen }
            ? string.Create(CultureInfo.InvariantCulture, $"A start at {decision.Start.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'} is expected to be cleaner: {chosen} instead of {immediate}.")
            : null;
    }
}

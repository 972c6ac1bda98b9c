using System.Globalization;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Budgets;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.TrainingRuns;

/// <summary>When a run that a limit of emissions keeps out is expected to fit what is left: the same work on a cleaner grid. Pure.</summary>
public static class TrainingRunGreenerStart
{
    // Beyond two days a forecast says little.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(2);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(30);

    /// <summary>A sentence with the earliest such start before the budget's reset; null where there is none, or where nobody knows.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="estimate">What it asks with.</param>
    /// <param name="shortfall">Why it does not fit.</param>
    /// <param name="grid">Average intensities of its zone.</param>
    /// <param name="now">The time.</param>
    public static string? Sentence(TrainingRunSpec spec, TrainingEstimate estimate, BudgetShortfall shortfall, ZoneIntensity<AverageSignal>? grid, DateTimeOffset now)
    {
        // A cleaner grid saves no energy.
        if (shortfall.AvailableEnergy < shortfall.Needed.Energy || shortfall.AvailableEmissions is not { } left || left <= Emissions.Zero || shortfall.Needed.Emissions <= left)
            return null;
        var most = (long)((Int128)estimate.IntensityMilligramsPerKwh * left.Milligrams / shortfall.Needed.Emissions.Milligrams);
        var duration = TimeSpan.FromSeconds(spec.Carbon?.ExpectedSeconds ?? (spec.Deadlines ?? new()).ActiveSeconds);
        if (DecisionForecast.Of(null, grid, now, now + Horizon + duration, now + duration) is not { } forecast)
            return null;
        var end = forecast.Until - duration is var last && shortfall.ResetsAt < last ? shortfall.ResetsAt.Value : last;
        for (var start = now; start <= end; start += Step)
        {
            if (forecast.Profile.Mean(start, start + duration) is { } mean && mean.MilligramsPerKilowattHour <= most)
                return string.Create(CultureInfo.InvariantCulture, $"From {start.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'} on the grid is expected to be clean enough for what is left ({mean}).");
        }

        return null;
    }
}

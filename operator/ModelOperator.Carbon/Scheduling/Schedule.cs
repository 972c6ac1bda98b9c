namespace ModelOperator.Carbon.Scheduling;

/// <summary>When to work, and what it is worth by the profile it was made from.</summary>
/// <param name="Runs">Stretches of work in order, without overlap.</param>
/// <param name="MeanIntensity">Emissions per kWh of useful work, resumes included, mg/kWh.</param>
/// <param name="ImmediateIntensity">The same for an uninterrupted start at once, mg/kWh.</param>
public sealed record Schedule(IReadOnlyList<ScheduledRun> Runs, double MeanIntensity, double ImmediateIntensity)
{
    /// <summary>Expected saving against an immediate start, 0 to 1; never negative, because starting at once is always a candidate.</summary>
    public double Saving => ImmediateIntensity > 0 ? 1 - (MeanIntensity / ImmediateIntensity) : 0;

    internal static Schedule Of(List<ScheduledRun> runs, CumulativeIntensity cumulative, ScheduleRequest request)
    {
        var work = runs.Aggregate(Int128.Zero, (sum, run) => sum + cumulative.Between(run.Start, run.End));
        var resumes = runs.Skip(1).Aggregate(
            Int128.Zero, (sum, run) => sum + ((Int128)cumulative.At(run.Start) * request.ResumeCost.Ticks));
        var immediate = cumulative.Between(request.Now, request.Now + request.Duration);
        var ticks = (double)request.Duration.Ticks;
        return new(runs, (double)(work + resumes) / ticks, (double)immediate / ticks);
    }
}

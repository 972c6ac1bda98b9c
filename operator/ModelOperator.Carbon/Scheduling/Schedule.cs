namespace ModelOperator.Carbon.Scheduling;

/// <summary>When to work, and what it is worth by the profile it was made from.</summary>
/// <param name="Runs">Stretches of work in order, without overlap.</param>
/// <param name="MeanIntensity">Emissions per kWh of useful work, resumes included, mg/kWh.</param>
/// <param name="ImmediateIntensity">The same for an uninterrupted start at once, mg/kWh.</param>
public sealed record Schedule(IReadOnlyList<ScheduledRun> Runs, double MeanIntensity, double ImmediateIntensity)
{
    /// <summary>Expected saving against an immediate start, 0 to 1; never negative, because starting at once is always a candidate.</summary>
    public double Saving => ImmediateIntensity > 0 ? 1 - (MeanIntensity / ImmediateIntensity) : 0;
}

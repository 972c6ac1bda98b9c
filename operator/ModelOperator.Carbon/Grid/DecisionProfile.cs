using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Grid;

/// <summary>The intensity to decide with: marginal where it covers the whole time, else the average over the whole time; never a mix of both.</summary>
public static class DecisionProfile
{
    /// <summary>Chooses the signal for [start, end); the profile says which.</summary>
    public static IntensityProfile Of(ZoneIntensity<MarginalSignal>? marginal, ZoneIntensity<AverageSignal> average, DateTimeOffset start, DateTimeOffset end)
    {
        if (marginal is { HasSources: true } && Covers(marginal.Resolve(start, end), start, end))
            return marginal.ToProfile(start, end);
        return average.ToProfile(start, end);
    }

    private static bool Covers(IReadOnlyList<IntensityPart> parts, DateTimeOffset start, DateTimeOffset end) =>
        parts.Sum(p => (p.End - p.Start).Ticks) == (end - start).Ticks;
}

namespace ModelOperator.Carbon.Grid;

/// <summary>The intensity to use for [Start, End), with what it is worth.</summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded.</param>
/// <param name="Intensity">mg CO2e per kWh.</param>
/// <param name="Quality">What it is worth.</param>
/// <param name="Source">Where it comes from, for people.</param>
public readonly record struct IntensityPart(
    DateTimeOffset Start, DateTimeOffset End, CarbonIntensity Intensity, IntensityQuality Quality, string Source)
{
    /// <summary>Mean of parts, weighted by time.</summary>
    /// <param name="parts">One at least.</param>
    /// <param name="rounding">To whole mg/kWh.</param>
    internal static CarbonIntensity Mean(IReadOnlyList<IntensityPart> parts, Rounding rounding) => new(QuantityMath.DivideToUnits(
        parts.Aggregate(Int128.Zero, static (sum, p) => sum + ((Int128)p.Intensity.MilligramsPerKilowattHour * (p.End - p.Start).Ticks)),
        parts.Sum(static p => (p.End - p.Start).Ticks),
        rounding));
}

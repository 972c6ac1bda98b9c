using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Accounting;

/// <summary>
/// Costs an hour that was booked with a poor intensity again when a better one is known. Energy never changes, and neither does what a budget booked.
/// Pure; with the same knowledge the answer to the answer is "nothing better", so that repeating it does nothing.
/// </summary>
public static class Recosting
{
    private const long MilliwattHoursPerKilowattHour = 1_000_000;
    private const long ThousandthsOfOne = 1_000;

    /// <summary>C = E * PUE * I with the intensity that is known now, time-weighted over the hour; null when none of it is worth more than what was used.</summary>
    /// <param name="booked">The hour as it stands.</param>
    /// <param name="pue">PUE that it was booked with.</param>
    /// <param name="zone">Average intensities as they are known now.</param>
    public static HourlyEnergy? Better(HourlyEnergy booked, PowerUsageEffectiveness pue, ZoneIntensity<AverageSignal> zone)
    {
        var parts = zone.Resolve(booked.Start, booked.Start + ClockHours.Length);
        if (parts.Count == 0 || parts.Max(static p => p.Quality) is var quality && quality >= booked.Quality)
            return null;
        var intensity = IntensityPart.Mean(parts, Rounding.Nearest);
        return booked with
        {
            Emissions = new(QuantityMath.DivideToUnits(
                (Int128)booked.Energy.MilliwattHours * pue.Thousandths * intensity.MilligramsPerKilowattHour,
                (Int128)MilliwattHoursPerKilowattHour * ThousandthsOfOne,
                Rounding.Nearest)),
            Intensity = intensity,
            Quality = quality,
            Source = string.Join("; ", parts.Select(static p => p.Source).Distinct(StringComparer.Ordinal)),
        };
    }
}

using System.Globalization;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.Carbon.Grid;

/// <summary>
/// C = sum over parts p of E_IT(p) * PUE * I(p): energy split where the intensity changes, with linearly interpolated power. Takes average intensities
/// only; a marginal one does not compile.
/// </summary>
public static class EmissionsAccount
{
    private const double Weighty = 0.05;
    private const double JoulesPerKilowattHour = 3.6e6;

    /// <summary>Books energy over time.</summary>
    /// <param name="segments">IT energy; empty counts as none.</param>
    /// <param name="pue">PUE of the facility.</param>
    /// <param name="zone">Average intensities with a fallback.</param>
    /// <exception cref="ArgumentException">The zone has no fallback, so that part of the energy could be left out.</exception>
    /// <exception cref="OverflowException">More than the ledger's integers hold.</exception>
    public static AccountedEmissions Book(IReadOnlyList<EnergySegment> segments, PowerUsageEffectiveness pue, ZoneIntensity<AverageSignal> zone)
    {
        if (zone.Fallback is not { } fallback)
            throw new ArgumentException("energy is booked only with a fallback for every time", nameof(zone));
        double milligrams = 0, joules = 0;
        var shares = new Dictionary<(IntensityQuality Quality, string Source), double>();
        foreach (var (segment, part) in segments.SelectMany(s => zone.Resolve(s.Start, s.End).Select(p => (s, p))))
        {
            var energy = segment.Clip(part.Start, part.End)!.Value.Joules * pue.Factor;
            joules += energy;
            milligrams += energy / JoulesPerKilowattHour * part.Intensity.MilligramsPerKilowattHour;
            shares[(part.Quality, part.Source)] = shares.GetValueOrDefault((part.Quality, part.Source)) + energy;
        }

        if (joules <= 0)
            return new(Emissions.Zero, fallback, IntensityQuality.Yearly, zone.FallbackSource);
        var emissions = Emissions.FromMilligrams(milligrams);
        var mean = new CarbonIntensity((long)Math.Round(milligrams / (joules / JoulesPerKilowattHour), MidpointRounding.AwayFromZero));
        var quality = shares.GroupBy(s => s.Key.Quality).Where(g => g.Sum(s => s.Value) >= Weighty * joules).Max(g => g.Key);
        return new(emissions, mean, quality, Text(shares, joules));
    }

    /// <summary>Energy that is spread evenly over [start, end).</summary>
    /// <exception cref="ArgumentException">The end is not after the start.</exception>
    public static AccountedEmissions Book(Energy energy, DateTimeOffset start, DateTimeOffset end, PowerUsageEffectiveness pue, ZoneIntensity<AverageSignal> zone) =>
        Book([EnergySegment.Uniform(start, end, energy.Joules, measured: false)], pue, zone);

    private static string Text(Dictionary<(IntensityQuality Quality, string Source), double> shares, double joules)
    {
        if (shares.Count == 1)
            return One(shares.Keys.First());
        return string.Join("; ", shares
            .OrderBy(s => s.Key.Quality).ThenByDescending(s => s.Value).ThenBy(s => s.Key.Source, StringComparer.Ordinal)
            .Take(4)
            .Select(s => $"{Percent(s.Value / joules)} {One(s.Key)}"));
    }

    private static string One((IntensityQuality Quality, string Source) share) => share.Quality switch
    {
        IntensityQuality.Yearly => share.Source,
        IntensityQuality.Measured => $"{share.Source}, measured",
        IntensityQuality.Estimated => $"{share.Source}, estimated by the source",
        IntensityQuality.Forecast => $"{share.Source}, forecast",
        IntensityQuality.Stale => $"{share.Source}, last known value",
        _ => $"{share.Source}, mean of the same hour of earlier days",
    };

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}

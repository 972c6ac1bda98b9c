using ModelOperator.Carbon.Metering;

namespace ModelOperator.Carbon.Accounting;

/// <summary>
/// Operational emissions: C = sum over slots s of E_IT(s) * PUE * I(s) (location-based; the O = E * I of the Software Carbon Intensity
/// specification, ISO/IEC 21031). Units: J, dimensionless, mg/kWh; 1 kWh = 3.6e6 J.
/// </summary>
public static class EmissionsCalculator
{
    private const long MilliwattHoursPerKilowattHour = 1_000_000;
    private const double JoulesPerKilowattHour = 3.6e6;

    /// <summary>C = E * PUE * I at one intensity; exact integer arithmetic in 128 bits, rounded once.</summary>
    /// <exception cref="OverflowException">More than the ledger's integers hold.</exception>
    public static Emissions AtConstantIntensity(
        Energy itEnergy, PowerUsageEffectiveness pue, CarbonIntensity intensity, Rounding rounding = Rounding.Nearest) =>
        new(QuantityMath.DivideToUnits(
            checked((Int128)itEnergy.MilliwattHours * pue.Thousandths * intensity.MilligramsPerKilowattHour),
            (Int128)MilliwattHoursPerKilowattHour * 1_000,
            rounding));

    /// <summary>
    /// C over time: each stretch is split at the slots' edges with linearly interpolated power. The same call costs stored energy again
    /// when better intensities arrive.
    /// </summary>
    /// <exception cref="OverflowException">More than the ledger's integers hold.</exception>
    public static EmissionsReading OverTime(
        IEnumerable<EnergySegment> segments, PowerUsageEffectiveness pue, IntensityProfile profile)
    {
        double milligrams = 0, joules = 0, fallback = 0, uncosted = 0;
        foreach (var segment in segments)
        {
            joules += segment.Joules * pue.Factor;
            foreach (var piece in profile.Split(segment.Start, segment.End))
            {
                var part = segment.Clip(piece.Start, piece.End)!.Value.Joules * pue.Factor;
                if (piece.Intensity is not { } intensity)
                {
                    uncosted += part;
                    continue;
                }

                milligrams += part / JoulesPerKilowattHour * intensity.MilligramsPerKilowattHour;
                fallback += piece.IsFallback ? part : 0;
            }
        }

        return new(Emissions.FromMilligrams(milligrams), Energy.FromJoules(joules), profile.Signal, profile.Source, fallback, uncosted);
    }
}

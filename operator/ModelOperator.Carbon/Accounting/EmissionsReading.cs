namespace ModelOperator.Carbon.Accounting;

/// <summary>Emissions of an amount of energy over time, with what is needed to judge them.</summary>
/// <param name="Emissions">The sum, rounded once to mg.</param>
/// <param name="FacilityEnergy">IT energy times PUE, rounded once to mWh; includes energy that could not be costed.</param>
/// <param name="Signal">The one signal the sum is made of.</param>
/// <param name="Source">Where the intensities come from.</param>
/// <param name="FallbackJoules">The part of the facility's energy that was costed at the profile's fallback, J.</param>
/// <param name="UncostedJoules">The part of the facility's energy for which no intensity is known, J; not in the emissions.</param>
public sealed record EmissionsReading(
    Emissions Emissions, Energy FacilityEnergy, IntensitySignal Signal, string Source, double FallbackJoules, double UncostedJoules)
{
    /// <summary>True when every joule has an intensity.</summary>
    public bool IsComplete => UncostedJoules <= 0;
}

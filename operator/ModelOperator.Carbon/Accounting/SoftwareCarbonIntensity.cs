using System.Globalization;

namespace ModelOperator.Carbon.Accounting;

/// <summary>
/// SCI = (O + M) / R: operational and embodied emissions per functional unit (ISO/IEC 21031). Location-based only; offsets do not count.
/// For a model, O and M are the sums over all its runs, failed ones included (SCI for AI).
/// </summary>
/// <param name="MilligramsPerUnit">mg CO2e per functional unit; null when there is no unit to divide by.</param>
/// <param name="Unit">The functional unit, for example "1000 samples".</param>
/// <param name="Reason">Why there is no figure; null when there is one.</param>
public sealed record SoftwareCarbonIntensity(double? MilligramsPerUnit, string Unit, string? Reason)
{
    /// <summary>Divides emissions by an amount of functional units; without a positive amount the result is null with a reason, never 0.</summary>
    /// <param name="operational">O, mg CO2e.</param>
    /// <param name="embodied">M, mg CO2e.</param>
    /// <param name="count">How many things were done, for example samples seen; null when unknown.</param>
    /// <param name="thing">What was done, in the plural.</param>
    /// <param name="per">How many things make one functional unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">A unit of zero things.</exception>
    public static SoftwareCarbonIntensity Of(Emissions operational, Emissions embodied, double? count, string thing, int per = 1_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(per);
        var unit = string.Create(CultureInfo.InvariantCulture, $"{per} {thing}");
        if (count is not { } amount)
            return new(null, unit, $"the number of {thing} is not known");
        if (!double.IsFinite(amount) || amount <= 0)
            return new(null, unit, $"the number of {thing} is not positive");
        return new((operational + embodied).Milligrams / (amount / per), unit, null);
    }
}

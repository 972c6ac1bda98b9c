using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Accounting;

/// <summary>What was used within one hour of the clock (UTC) and how it was costed: enough to cost it again.</summary>
/// <param name="Start">Start of the hour.</param>
/// <param name="Duration">Time at work within the hour.</param>
/// <param name="Energy">IT energy, PUE not included.</param>
/// <param name="Emissions">Emissions, PUE included.</param>
/// <param name="Intensity">Intensity that was used: the mean, weighted by energy.</param>
/// <param name="Quality">What it is worth: the worst that carries 5 % of the hour's energy.</param>
/// <param name="Source">Where it comes from, for people.</param>
public sealed record HourlyEnergy(
    DateTimeOffset Start, TimeSpan Duration, Energy Energy, Emissions Emissions, CarbonIntensity Intensity, IntensityQuality Quality, string Source)
{
    /// <summary>The same hour used by several alike.</summary>
    /// <param name="count">How many.</param>
    public HourlyEnergy Times(int count) => this with
    {
        Energy = new(checked(Energy.MilliwattHours * count)),
        Emissions = new(checked(Emissions.Milligrams * count)),
    };
}

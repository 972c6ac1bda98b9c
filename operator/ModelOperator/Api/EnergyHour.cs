using System.ComponentModel;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.Api;

/// <summary>What was used within one hour, over all nodes, and the intensity it was costed with: enough to cost it again.</summary>
public sealed record EnergyHour
{
    [Description("Start of the hour, UTC.")]
    public DateTimeOffset Start { get; init; }

    [Description("Seconds of the hour in which the trainer ran.")]
    public long Seconds { get; init; }

    [Description("Energy in milliwatt-hours, PUE not included.")]
    public long EnergyMilliwattHours { get; init; }

    [Description("Emissions in milligrams of CO2 equivalent, PUE included.")]
    public long EmissionsMilligrams { get; init; }

    [Description("Grid carbon intensity used, in milligrams of CO2 equivalent per kWh.")]
    public long IntensityMilligramsPerKwh { get; init; }

    [Description("What the intensity is worth: Measured, Estimated, Forecast, Stale, SameHour or Yearly.")]
    public required string IntensityQuality { get; init; }

    [Description("Source of the intensity.")]
    public string? IntensitySource { get; init; }

    /// <summary>The hour of the object.</summary>
    internal static EnergyHour Of(HourlyEnergy hour) => new()
    {
        Start = hour.Start,
        Seconds = (long)Math.Round(hour.Duration.TotalSeconds, MidpointRounding.AwayFromZero),
        EnergyMilliwattHours = hour.Energy.MilliwattHours,
        EmissionsMilligrams = hour.Emissions.Milligrams,
        IntensityMilligramsPerKwh = hour.Intensity.MilligramsPerKilowattHour,
        IntensityQuality = hour.Quality.ToString(),
        IntensitySource = hour.Source,
    };

    /// <summary>The hour of the account; a quality that is not known counts as the least.</summary>
    internal HourlyEnergy ToHour() => new(
        Start,
        TimeSpan.FromSeconds(Seconds),
        new(EnergyMilliwattHours),
        new(EmissionsMilligrams),
        new(IntensityMilligramsPerKwh),
        Enum.TryParse<IntensityQuality>(IntensityQuality, out var quality) ? quality : Carbon.Grid.IntensityQuality.Yearly,
        IntensitySource ?? "");
}

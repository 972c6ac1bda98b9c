using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ModelOperator.Api;

/// <summary>Energy and emissions of a piece of work, and how they were got.</summary>
public sealed record EnergyRecord
{
    [Description("Energy in milliwatt-hours, PUE not included.")]
    public long EnergyMilliwattHours { get; init; }

    [Description("Emissions in milligrams of CO2 equivalent, PUE included.")]
    public long EmissionsMilligrams { get; init; }

    [Description("Grid carbon intensity used, in milligrams of CO2 equivalent per kWh; the mean, weighted by the energy, where it changed.")]
    public long IntensityMilligramsPerKwh { get; init; }

    [Description("Power usage effectiveness in thousandths (1000 = no overhead).")]
    public long PueMilli { get; init; }

    [Description("How the energy was got: MeasuredCounter, MeasuredPower, ReportedByTrainer, ModelledCPU or ModelledGPU.")]
    public required string Method { get; init; }

    [Description("Share of the run's time that the figure covers, in percent.")]
    public int CoveragePercent { get; init; }

    [Description("What the intensity is worth: Measured, Estimated, Forecast, Stale, SameHour or Yearly; the worst that carries 5 percent of the energy or more.")]
    public string? IntensityQuality { get; init; }

    [Description("Grid zone of the intensity and its source.")]
    public string? IntensitySource { get; init; }

    [Description("The method in a sentence, with its band.")]
    public string? Basis { get; init; }

    [Description("Energy for people, in kWh.")]
    public string? KWh { get; init; }

    [Description("Emissions for people, in grams of CO2 equivalent.")]
    [JsonPropertyName("gCO2e")]
    public string? GCO2e { get; init; }
}

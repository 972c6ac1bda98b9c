using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>Pre-run estimate; budgets reserve the 95th percentile unless they say otherwise.</summary>
public sealed record TrainingEstimate
{
    [Description("Median estimate of the energy in milliwatt-hours, PUE included.")]
    public long EnergyMilliwattHoursP50 { get; init; }

    [Description("95th percentile of the energy in milliwatt-hours, PUE included.")]
    public long EnergyMilliwattHoursP95 { get; init; }

    [Description("Median of the energy before past runs of the model corrected it, in milliwatt-hours, PUE included; absent where the user declared the energy.")]
    public long? RawEnergyMilliwattHours { get; init; }

    [Description("Median estimate of the emissions in milligrams of CO2 equivalent.")]
    public long EmissionsMilligramsP50 { get; init; }

    [Description("95th percentile of the emissions in milligrams of CO2 equivalent.")]
    public long EmissionsMilligramsP95 { get; init; }

    [Description("Grid carbon intensity used, in milligrams per kWh.")]
    public long IntensityMilligramsPerKwh { get; init; }

    [Description("The worst quality of intensity that carries a twentieth of the planned time or more: Measured, Estimated, Forecast, Stale, SameHour, Yearly.")]
    public string? IntensityQuality { get; init; }

    [Description("What the estimate rests on.")]
    public string? Basis { get; init; }
}

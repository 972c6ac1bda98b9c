using System.ComponentModel;

namespace ModelOperator.Api;

/// <summary>Which trial of a sweep a version is, and what finding it cost: the losers are part of the price.</summary>
public sealed record SweepLineage
{
    [Description("Run of the trial that made the model.")]
    public required ObjectSource Trial { get; init; }

    [Description("The alternative that it used, where the sweep chose among learners.")]
    public string? Choice { get; init; }

    [Description("How trials were found: Grid, Random or SuccessiveHalving.")]
    public required string Algorithm { get; init; }

    [Description("Metric that was optimised.")]
    public required string Metric { get; init; }

    [Description("Its value.")]
    public required string Value { get; init; }

    [Description("Why this trial was chosen.")]
    public string? Reason { get; init; }

    [Description("Trials that were made.")]
    public int Trials { get; init; }

    [Description("Trials with a value.")]
    public int Succeeded { get; init; }

    [Description("Trials that failed.")]
    public int Failed { get; init; }

    [Description("Energy of this trial alone, in milliwatt-hours; spec.energy is that of the whole sweep.")]
    public long? TrialEnergyMilliwattHours { get; init; }

    [Description("Emissions of this trial alone, in milligrams of CO2 equivalent.")]
    public long? TrialEmissionsMilligrams { get; init; }
}

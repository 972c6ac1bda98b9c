using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>The decision when to start, what was expected of it and what it came to. Expectations are of the signal named; what was realised is of the average, as all accounts are.</summary>
public sealed record TrainingCarbonStart
{
    [Description("When the run could have started: the first decision.")]
    public DateTimeOffset Since { get; init; }

    [Description("The chosen start; once the run does not wait any more, when it went on.")]
    public DateTimeOffset StartTime { get; init; }

    [Description("Latest start that the schedule allows.")]
    public DateTimeOffset? LatestStartTime { get; init; }

    [Description("True once the run waits for the grid no more.")]
    public bool Released { get; init; }

    [Description("Signal of the expected figures: Average or Marginal; absent when nothing was known.")]
    public string? Signal { get; init; }

    [Description("Expected mean intensity of a start at the first decision, in milligrams per kWh.")]
    public long? ImmediateIntensityMilligramsPerKwh { get; init; }

    [Description("Expected mean intensity of the chosen start, in milligrams per kWh.")]
    public long? StartIntensityMilligramsPerKwh { get; init; }

    [Description("Expected saving against a start at the first decision, in milligrams of CO2 equivalent.")]
    public long? ExpectedSavingMilligrams { get; init; }

    [Description("The same in percent.")]
    public int? ExpectedSavingPercent { get; init; }

    [Description("What the expectations rest on.")]
    public string? Basis { get; init; }

    [Description("What the same energy, used evenly from the first decision on for as long as the trainer ran, would have caused, in milligrams of CO2 equivalent; by recorded average intensities.")]
    public long? CounterfactualEmissionsMilligrams { get; init; }

    [Description("What its intensity is worth: Measured, Estimated, Forecast, Stale, SameHour or Yearly.")]
    public string? CounterfactualQuality { get; init; }

    [Description("Realised saving against that in milligrams of CO2 equivalent, below zero when the wait made it worse; absent where the counterfactual or the account rests on stand-ins for figures of a source.")]
    public long? RealisedSavingMilligrams { get; init; }

    [Description("The same in percent.")]
    public int? RealisedSavingPercent { get; init; }
}

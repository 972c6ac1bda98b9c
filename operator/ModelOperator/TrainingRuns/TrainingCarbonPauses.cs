using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>Pauses of a run at work for a cleaner grid: how many, and the last decision. What they came to is a part of what status.carbonStart says was realised.</summary>
public sealed record TrainingCarbonPauses
{
    [Description("How often the run was paused for the grid.")]
    public int Count { get; init; }

    [Description("How long, in seconds, in pauses that are over.")]
    public long PausedSeconds { get; init; }

    [Description("When the run is to go on; absent while it is not paused for the grid.")]
    public DateTimeOffset? ResumeTime { get; init; }

    [Description("When the last pause had to end at the latest.")]
    public DateTimeOffset? LatestResumeTime { get; init; }

    [Description("Work that was left when it was paused last, in seconds.")]
    public long RemainingSeconds { get; init; }

    [Description("Signal of the expected figures: Average or Marginal.")]
    public string? Signal { get; init; }

    [Description("Expected mean intensity of the rest of the work without a pause, when it was paused last, in milligrams per kWh.")]
    public long? ImmediateIntensityMilligramsPerKwh { get; init; }

    [Description("Expected mean intensity of the rest with its pauses, the cost of resuming included, in milligrams per kWh.")]
    public long? PausedIntensityMilligramsPerKwh { get; init; }

    [Description("Expected saving of the rest, in milligrams of CO2 equivalent.")]
    public long? ExpectedSavingMilligrams { get; init; }

    [Description("The same in percent.")]
    public int? ExpectedSavingPercent { get; init; }

    [Description("What the expectations rest on.")]
    public string? Basis { get; init; }
}

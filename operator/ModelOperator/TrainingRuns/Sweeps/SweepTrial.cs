using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>One trial on record. The row outlives the child run: what was learnt and used is not forgotten when somebody deletes it.</summary>
public sealed record SweepTrial
{
    [Description("Number of the trial, from 1; its run is <run>-t<number>.")]
    public int Trial { get; init; }

    [Description("Decided, Waiting, Running, Succeeded, Failed, Disrupted or Stopped.")]
    public SweepTrialState State { get; init; }

    [Description("Rung of successive halving, from 1.")]
    public int? Rung { get; init; }

    [Description("UID of the child run, once it was seen.")]
    public string? Uid { get; init; }

    [Description("Value of the objective.")]
    public string? Value { get; init; }

    [Description("What was tried; left out in sweeps of more than 50 trials, whose child runs say it.")]
    public IReadOnlyDictionary<string, string>? Params { get; init; }

    [Description("The alternative that was tried.")]
    public string? Choice { get; init; }

    [Description("Why it ended so, one word; none for a success.")]
    public string? Reason { get; init; }

    [Description("Energy in milliwatt-hours, of all its attempts.")]
    public long? EnergyMilliwattHours { get; init; }

    [Description("Emissions in milligrams of CO2 equivalent.")]
    public long? EmissionsMilligrams { get; init; }

    /// <summary>True when nothing of the trial can change any more.</summary>
    [JsonIgnore]
    public bool IsOver => State is SweepTrialState.Succeeded or SweepTrialState.Failed or SweepTrialState.Disrupted or SweepTrialState.Stopped;
}

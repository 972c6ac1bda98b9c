using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>What is known about a sweep.</summary>
public sealed record SweepStatus
{
    [Description("Trials over and planned, and the best value, for people.")]
    public string? Summary { get; init; }

    [Description("Trials planned; successive halving plans fewer when trials fail.")]
    public int Total { get; init; }

    [Description("Trials that wait, for a budget above all.")]
    public int Waiting { get; init; }

    [Description("Trials at work.")]
    public int Running { get; init; }

    [Description("Trials with a value.")]
    public int Succeeded { get; init; }

    [Description("Trials that failed.")]
    public int Failed { get; init; }

    [Description("Trials whose run somebody deleted.")]
    public int Disrupted { get; init; }

    [Description("Trials that were stopped.")]
    public int Stopped { get; init; }

    [Description("Rung under way, from 1.")]
    public int? Rung { get; init; }

    [Description("The best trial so far.")]
    public SweepBest? Best { get; init; }

    [Description("Why the sweep is over, one word: AllTrialsDone, TargetReached, TooManyFailedTrials or StoppedByUser.")]
    public string? Ending { get; init; }

    [Description("Why the registered trial was chosen.")]
    public string? Reason { get; init; }

    [Description("Energy and emissions of all ended trials, losers and failures included.")]
    public EnergyRecord? Energy { get; init; }

    [Description("Digest of what the trials are made from; a later change of the spec stops the sweep from making more.")]
    public string? Inputs { get; init; }

    [Description("Every trial that was decided, in order.")]
    [MaxItems(SweepSpace.MaxTrials)]
    public IReadOnlyList<SweepTrial>? Trials { get; init; }
}

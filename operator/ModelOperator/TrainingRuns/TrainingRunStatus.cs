using System.ComponentModel;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>What the operator knows; written by the TrainingRun room alone.</summary>
public sealed record TrainingRunStatus
{
    [Description("Generation of the spec that this status speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Description("Phase for people: Pending, Queued, Starting, Running, Sweeping, Publishing, Registering, Paused, Suspended, Succeeded or Failed.")]
    public TrainingRunPhase Phase { get; init; }

    [Description("Reason of the phase, one word.")]
    public string? Reason { get; init; }

    [Description("What happened and what to do next.")]
    public string? Message { get; init; }

    [Description("When the run was first seen.")]
    public DateTimeOffset? StartTime { get; init; }

    [Description("When the trainer first ran.")]
    public DateTimeOffset? RunningTime { get; init; }

    [Description("When the run ended.")]
    public DateTimeOffset? CompletionTime { get; init; }

    [Description("A pause by command, by a budget or for the grid; absent when the run is not paused.")]
    public TrainingPause? Pause { get; init; }

    [Description("Newest complete checkpoint that is known of.")]
    public TrainingCheckpointStatus? Checkpoint { get; init; }

    [Description("When the children of the finished run were gone, as spec.ttl says.")]
    public DateTimeOffset? ChildrenRemovedTime { get; init; }

    [Description("Attempts, failures, disruptions, pauses and yields, counted apart.")]
    public TrainingAttemptCounts? Attempts { get; init; }

    [Description("The attempt under way; written before its Pod is created.")]
    public TrainingAttempt? CurrentAttempt { get; init; }

    [Description("Ended attempts, the last ten.")]
    public IReadOnlyList<TrainingAttempt>? History { get; init; }

    [Description("What the names in the spec resolved to.")]
    public TrainingResolved? Resolved { get; init; }

    [Description("What the run was expected to use; the amount that budgets reserve.")]
    public TrainingEstimate? Estimate { get; init; }

    [Description("When the run was to start for a cleaner grid, and what that came to; absent without spec.carbon.schedule.")]
    public TrainingCarbonStart? CarbonStart { get; init; }

    [Description("Pauses at work for a cleaner grid; absent where there were none.")]
    public TrainingCarbonPauses? CarbonPauses { get; init; }

    [Description("What the run asked its budgets for while it was at work, because it needed more than they held.")]
    public TrainingProjection? Projection { get; init; }

    [Description("How far the trainer says it is.")]
    public TrainingProgress? Progress { get; init; }

    [Description("Energy and emissions of all attempts.")]
    public EnergyRecord? Energy { get; init; }

    [Description("The same by hours of the clock, the last 168 hours in which the trainer ran; older ones are in the history alone.")]
    [MaxItems(168)]
    public IReadOnlyList<EnergyHour>? EnergyHours { get; init; }

    [Description("Time, energy, emissions and cost by phase.")]
    public TrainingAccounts? Accounts { get; init; }

    [Description("What was asked for beside what was used, and what follows for the next time.")]
    public TrainingUsage? Usage { get; init; }

    [Description("The published model.")]
    public ArtifactReference? Artifact { get; init; }

    [Description("Metrics that the trainer reported.")]
    public IReadOnlyList<NamedValue>? Metrics { get; init; }

    [Description("Device that the trainer says it used: cpu or cuda.")]
    public string? Device { get; init; }

    [Description("Name of the registered ModelVersion.")]
    public string? ModelVersion { get; init; }

    [Description("What is known about the sweep.")]
    public Sweeps.SweepStatus? Sweep { get; init; }

    [Description("Acknowledged command.")]
    public LastCommand? LastCommand { get; init; }

    [Description("Ready, Reconciling, Stalled and the run's own conditions.")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

using System.ComponentModel;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>State of the delivery; bounded by construction.</summary>
public sealed record CanaryDeploymentStatus
{
    [Description("Generation of the spec that this status speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Description("Phase for people: Pending, Initializing, Healthy, Progressing, Paused, Promoting, Baking, RollingBack or Degraded.")]
    public CanaryPhase Phase { get; init; }

    [Description("Reason of the phase, one word.")]
    public string? Reason { get; init; }

    [Description("What happened and what to do next.")]
    public string? Message { get; init; }

    [Description("ModelVersion that serves.")]
    public string? StableVersion { get; init; }

    [Description("ModelVersion under test.")]
    public string? CanaryVersion { get; init; }

    [Description("ModelVersion that was rolled back; it is not tried again until versionRef changes or a retry command comes.")]
    public string? RejectedVersion { get; init; }

    [Description("Versions that no longer get traffic; their Pods stay until the delay is over.")]
    public IReadOnlyList<RetiringVersion>? Retiring { get; init; }

    [Description("Digests that the versions with Pods were entered with; a ModelVersion that names another one changes no Pod.")]
    public IReadOnlyList<CanaryDigest>? Digests { get; init; }

    [Description("Current step, from 0; the number of steps when done.")]
    public int? StepIndex { get; init; }

    [Description("Step for people, for example 2/5.")]
    public string? Step { get; init; }

    [Description("When the current step began.")]
    public DateTimeOffset? StepStartedAt { get; init; }

    [Description("When the phase began.")]
    public DateTimeOffset? PhaseStartedAt { get; init; }

    [Description("When the canary began.")]
    public DateTimeOffset? CanaryStartedAt { get; init; }

    [Description("Replicas of the version that has most traffic, for autoscalers.")]
    public int? Replicas { get; init; }

    [Description("Selector of that version's Pods, for autoscalers.")]
    public string? Selector { get; init; }

    [Description("Replicas below which the stable version does not fall while a canary is under way.")]
    public int? FullReplicas { get; init; }

    [Description("What the autoscaler has decided; absent without one.")]
    public CanaryAutoscaleStatus? Autoscale { get; init; }

    [Description("Time without the canary's Pods that counts towards the deadline.")]
    public CanaryShortage? Shortage { get; init; }

    [Description("From when on the numbers of this step count: Pods that the operator took away had gone then, or will have; absent: since the step began.")]
    public DateTimeOffset? CountedFrom { get; init; }

    [Description("When a pause command took hold; absent when none holds.")]
    public DateTimeOffset? PausedAt { get; init; }

    [Description("Why the canary skips its steps: PromotedInFull or FastRollback.")]
    public string? StepsSkipped { get; init; }

    [Description("Until when a version that has all traffic is watched; then it is promoted.")]
    public DateTimeOffset? BakeUntil { get; init; }

    [Description("Weights asked for and read back.")]
    public CanaryWeights? Weights { get; init; }

    [Description("Verdicts so far.")]
    public CanaryAnalysisStatus? Analysis { get; init; }

    [Description("The A/B test under way, or the latest one.")]
    public AbTestStatus? Experiment { get; init; }
    [Description("What webhooks have answered in the canary under way.")]
    public IReadOnlyList<CanaryWebhookStatus>? Webhooks { get; init; }

    [Description("The step up that waits for a cleaner grid.")]
    public CanaryCarbonDelay? Carbon { get; init; }

    [Description("The latest decision and what it rests on.")]
    public CanaryDecision? LastDecision { get; init; }

    [Description("Ended canaries, the last ten.")]
    public IReadOnlyList<CanaryOutcome>? History { get; init; }

    [Description("Acknowledged command.")]
    public LastCommand? LastCommand { get; init; }

    [Description("Ready, Reconciling, Stalled, Progressing, Promoted, DataDrift, UpdateBlocked, VersionMissing.")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

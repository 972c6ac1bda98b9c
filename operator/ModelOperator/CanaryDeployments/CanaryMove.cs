using System.Collections.Immutable;
using ModelOperator.Analysis;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>What a decision comes to: the next status, what to tell, when to look again.</summary>
/// <param name="Status">The next status, conditions not yet set.</param>
public sealed record CanaryMove(CanaryDeploymentStatus Status)
{
    /// <summary>Events, one per transition.</summary>
    public ImmutableArray<CanaryNote> Notes { get; init; } = [];

    /// <summary>Time until the next look; null when only a change of something observed matters.</summary>
    public TimeSpan? Requeue { get; init; }

    /// <summary>Metric states to remember for the segment.</summary>
    public ImmutableDictionary<string, MetricState> States { get; init; } = ImmutableDictionary<string, MetricState>.Empty;

    /// <summary>Percent that the canary's Pods are made for, where their number is the weight; the status' weight when null.</summary>
    public int? Aim { get; init; }

    /// <summary>What the condition DataDrift says; null for none.</summary>
    public CanaryDriftFinding? Drift { get; init; }

    /// <summary>The condition UpdateBlocked, without status, generation and time; null when nothing is blocked.</summary>
    public V1Condition? Blocked { get; init; }

    /// <summary>The condition VersionMissing, likewise; null while every version that serves is there.</summary>
    public V1Condition? Missing { get; init; }

    /// <summary>Replicas that the autoscaler's look asked for, to remember; null without a look.</summary>
    public int? Wanted { get; init; }

    /// <summary>Jobs of metrics to run now.</summary>
    public ImmutableArray<V1Job> Jobs { get; init; } = [];

    /// <summary>Conditions' view of the move: what Ready, Stalled and Reconciling say.</summary>
    public CanaryHealth Health { get; init; } = CanaryHealth.Progressing;
}

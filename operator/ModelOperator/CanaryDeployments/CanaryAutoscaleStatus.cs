using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>What the autoscaler has decided. It holds no measurements, which would be a write at every look.</summary>
public sealed record CanaryAutoscaleStatus
{
    [Description("Replicas of the stable version; 0: scaled to zero.")]
    public int Replicas { get; init; }

    [Description("Whether the gateway holds requests that find no server: from before the last one goes until the next one is there.")]
    public bool? Holding { get; init; }

    [Description("When the replicas were last changed.")]
    public DateTimeOffset? ScaledAt { get; init; }
}

using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>Steps of a canary, in order; after the last one the new version is promoted.</summary>
public sealed record CanaryStrategy
{
    [Description("Replicas of the canary; its own number, never tied to the stable's scaling.")]
    [Range(1, 1000)]
    [DefaultValue(1)]
    public int Replicas { get; set; } = 1;

    [Description("Steps; each has exactly one of setWeight, setMirrorRoute, setHeaderRoute, setCanaryScale, pause, analysis or gate.")]
    [MaxItems(64)]
    public IReadOnlyList<CanaryStep>? Steps { get; init; }

    [Description("Seconds that the old version's Pods stay after traffic has left them.")]
    [Range(0, 86400)]
    [DefaultValue(30)]
    public int ScaleDownDelaySeconds { get; set; } = 30;
}

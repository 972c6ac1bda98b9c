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

    [Description("An A/B test instead of steps.")]
    public AbTest? AbTest { get; init; }

    [Description("Instead of steps: the new version at full size without traffic, then all traffic at once.")]
    public BlueGreenStrategy? BlueGreen { get; init; }

    [Description("Seconds that a version that has got all traffic is watched before it is promoted, with the old one kept at full size: harm swaps back at once.")]
    [Range(1, 2592000)]
    public int? BakeTimeSeconds { get; init; }

    [Description("Seconds that the old version's Pods stay after traffic has left them.")]
    [Range(0, 86400)]
    [DefaultValue(30)]
    public int ScaleDownDelaySeconds { get; set; } = 30;

    [Description("Seconds that the Pods of a version stay after it was rolled back; scaleDownDelaySeconds when absent.")]
    [Range(0, 86400)]
    public int? AbortScaleDownDelaySeconds { get; init; }

    [Description("Canaries of the namespace that may be under way when this one begins, itself included; the others wait in the order of their creation.")]
    [Range(1, 1000)]
    public int? MaxConcurrentPerNamespace { get; init; }
}

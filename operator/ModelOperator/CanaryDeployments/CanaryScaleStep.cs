using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>How many Pods the canary has from this step on: exactly one member is set.</summary>
public sealed record CanaryScaleStep
{
    [Description("Replicas of the canary.")]
    [Range(1, 1000)]
    public int? Replicas { get; init; }

    [Description("Replicas of the canary in percent of the stable version's, rounded up, at least one.")]
    [Range(1, 100)]
    public int? Percent { get; init; }

    [Description("Replicas of the canary follow its weight: that percent of the stable version's, rounded up, at least one.")]
    public bool MatchTrafficWeight { get; set; }
}

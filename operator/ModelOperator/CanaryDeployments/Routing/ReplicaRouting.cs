using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Weights by numbers of Pods.</summary>
public sealed record ReplicaRouting
{
    [Description("Percentage points by which the canary's share of the ready Pods may differ from the weight of a step.")]
    [Range(0, 25)]
    [DefaultValue(5)]
    public int Tolerance { get; set; } = 5;
}

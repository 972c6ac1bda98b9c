using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>What the run's Pods may talk to.</summary>
public sealed record TrainingNetwork
{
    [Description("Restricted: only what the run declares. None: no NetworkPolicy is made. The installation's default when absent.")]
    public TrainingNetworkPolicy? Policy { get; init; }

    [Description("Further destinations that the trainer may reach.")]
    [MaxItems(32)]
    public IReadOnlyList<TrainingEgress>? Egress { get; init; }
}

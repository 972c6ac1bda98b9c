using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>When the Pods of a run may start.</summary>
public sealed record TrainingScheduling
{
    [Description("LocalQueue of Kueue that admits the Pods; Kueue then decides instead of the namespace's limit and the gang timeout. Needs Kubernetes 1.27.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    [StringLength(63, MinimumLength = 1)]
    public string? QueueName { get; init; }

    [Description("All or nothing: what happens when not every Pod finds a node. Always on for several nodes.")]
    public TrainingGang? Gang { get; init; }
}

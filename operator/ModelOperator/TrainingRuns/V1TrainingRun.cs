using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>One training of one model, from the admission of its energy to the registered version.</summary>
public sealed record V1TrainingRun : KubernetesObject
{
    /// <summary>Creates an empty object of the kind.</summary>
    public V1TrainingRun()
        : base(ModelOperatorApi.GroupVersion, "TrainingRun")
    {
    }

    /// <summary>The user's part.</summary>
    public TrainingRunSpec Spec { get; set; } = new() { ModelName = "" };

    /// <summary>The operator's part.</summary>
    public TrainingRunStatus? Status { get; set; }
}

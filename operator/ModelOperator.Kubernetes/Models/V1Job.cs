namespace ModelOperator.Kubernetes;

/// <summary>Pods that run to their end.</summary>
public sealed record V1Job() : KubernetesObject("batch/v1", "Job")
{
    /// <summary>Desired state.</summary>
    public V1JobSpec? Spec { get; set; }

    /// <summary>Observed state.</summary>
    public V1JobStatus? Status { get; set; }
}

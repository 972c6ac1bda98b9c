namespace ModelOperator.Kubernetes;

/// <summary>Desired state of a Job.</summary>
public sealed record V1JobSpec : KubernetesValue
{
    /// <summary>Failed pods that are tolerated.</summary>
    public int? BackoffLimit { get; set; }

    /// <summary>Seconds from its start after which the Job is failed.</summary>
    public long? ActiveDeadlineSeconds { get; set; }

    /// <summary>Pods; immutable.</summary>
    public V1PodTemplateSpec? Template { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>The pod that a workload creates.</summary>
public sealed record V1PodTemplateSpec : KubernetesValue
{
    /// <summary>Labels and annotations of the pods.</summary>
    public V1ObjectMeta? Metadata { get; set; }

    /// <summary>Spec of the pods.</summary>
    public V1PodSpec? Spec { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>A pod: containers that run together on one node.</summary>
public sealed record V1Pod() : KubernetesObject("v1", "Pod")
{
    /// <summary>Desired state.</summary>
    public V1PodSpec? Spec { get; set; }

    /// <summary>Observed state; written by the kubelet.</summary>
    public V1PodStatus? Status { get; set; }
}

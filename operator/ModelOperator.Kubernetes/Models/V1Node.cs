namespace ModelOperator.Kubernetes;

/// <summary>A node; only what capacity questions need.</summary>
public sealed record V1Node() : KubernetesObject("v1", "Node")
{
    /// <summary>Desired state.</summary>
    public V1NodeSpec? Spec { get; set; }

    /// <summary>Capacity and conditions.</summary>
    public V1NodeStatus? Status { get; set; }
}

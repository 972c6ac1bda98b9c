namespace ModelOperator.Kubernetes;

/// <summary>A lease, used for leader election.</summary>
public sealed record V1Lease() : KubernetesObject("coordination.k8s.io/v1", "Lease")
{
    /// <summary>Holder and times.</summary>
    public V1LeaseSpec? Spec { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>Asks for the eviction of a pod. policy/v1beta1 before Kubernetes 1.22.</summary>
public sealed record V1Eviction() : KubernetesObject("policy/v1", "Eviction")
{
    /// <summary>Preconditions and grace period.</summary>
    public DeleteOptions? DeleteOptions { get; set; }
}

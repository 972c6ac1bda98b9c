namespace ModelOperator.Kubernetes;

/// <summary>Where a path leads.</summary>
public sealed record V1IngressBackend : KubernetesValue
{
    /// <summary>A Service.</summary>
    public V1IngressServiceBackend? Service { get; set; }
}

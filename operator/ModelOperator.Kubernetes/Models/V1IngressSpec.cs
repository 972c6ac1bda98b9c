namespace ModelOperator.Kubernetes;

/// <summary>Desired state of an Ingress.</summary>
public sealed record V1IngressSpec : KubernetesValue
{
    /// <summary>Name of the IngressClass.</summary>
    public string? IngressClassName { get; set; }

    /// <summary>Routes by host.</summary>
    public List<V1IngressRule>? Rules { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>One path and where it leads.</summary>
public sealed record V1HTTPIngressPath : KubernetesValue
{
    /// <summary>Path.</summary>
    public string? Path { get; set; }

    /// <summary>Exact, Prefix or ImplementationSpecific.</summary>
    public string? PathType { get; set; }

    /// <summary>Where it leads.</summary>
    public V1IngressBackend? Backend { get; set; }
}

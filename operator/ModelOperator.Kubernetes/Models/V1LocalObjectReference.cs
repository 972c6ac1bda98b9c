namespace ModelOperator.Kubernetes;

/// <summary>Reference to an object in the same namespace.</summary>
public sealed record V1LocalObjectReference : KubernetesValue
{
    /// <summary>Name.</summary>
    public string? Name { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>A key of a Secret or ConfigMap in the same namespace.</summary>
public sealed record V1KeySelector : KubernetesValue
{
    /// <summary>Name of the object.</summary>
    public string? Name { get; set; }

    /// <summary>Key.</summary>
    public string Key { get; set; } = string.Empty;

    /// <summary>Whether it may be absent.</summary>
    public bool? Optional { get; set; }
}

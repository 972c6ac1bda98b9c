namespace ModelOperator.Kubernetes;

/// <summary>Keys of a Secret within a projected volume.</summary>
public sealed record V1SecretProjection : KubernetesValue
{
    /// <summary>Secret.</summary>
    public string? Name { get; set; }

    /// <summary>Keys to files.</summary>
    public List<V1KeyToPath>? Items { get; set; }

    /// <summary>Whether it may be absent.</summary>
    public bool? Optional { get; set; }
}

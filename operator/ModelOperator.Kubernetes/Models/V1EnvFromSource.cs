namespace ModelOperator.Kubernetes;

/// <summary>Whole ConfigMap or Secret as environment.</summary>
public sealed record V1EnvFromSource : KubernetesValue
{
    /// <summary>Prefix of the names.</summary>
    public string? Prefix { get; set; }

    /// <summary>ConfigMap.</summary>
    public V1LocalObjectReference? ConfigMapRef { get; set; }

    /// <summary>Secret.</summary>
    public V1LocalObjectReference? SecretRef { get; set; }
}

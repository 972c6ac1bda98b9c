namespace ModelOperator.Kubernetes;

/// <summary>One environment variable.</summary>
public sealed record V1EnvVar : KubernetesValue
{
    /// <summary>Name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Value; null with valueFrom.</summary>
    public string? Value { get; set; }

    /// <summary>Where the value comes from.</summary>
    public V1EnvVarSource? ValueFrom { get; set; }
}

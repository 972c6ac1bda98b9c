namespace ModelOperator.Kubernetes;

/// <summary>Where a volume is mounted.</summary>
public sealed record V1VolumeMount : KubernetesValue
{
    /// <summary>Volume name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Path in the container.</summary>
    public string MountPath { get; set; } = string.Empty;

    /// <summary>Path within the volume.</summary>
    public string? SubPath { get; set; }

    /// <summary>Whether it is mounted read-only.</summary>
    public bool? ReadOnly { get; set; }
}

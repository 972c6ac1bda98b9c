namespace ModelOperator.Kubernetes;

/// <summary>A path of the node.</summary>
public sealed record V1HostPathVolumeSource : KubernetesValue
{
    /// <summary>Path.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>Check before the mount.</summary>
    public string? Type { get; set; }
}

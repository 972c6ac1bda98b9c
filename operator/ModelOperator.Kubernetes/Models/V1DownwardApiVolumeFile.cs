namespace ModelOperator.Kubernetes;

/// <summary>One file with one pod field.</summary>
public sealed record V1DownwardApiVolumeFile : KubernetesValue
{
    /// <summary>File.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>Field.</summary>
    public V1ObjectFieldSelector? FieldRef { get; set; }

    /// <summary>Resource.</summary>
    public V1ResourceFieldSelector? ResourceFieldRef { get; set; }

    /// <summary>Mode bits.</summary>
    public int? Mode { get; set; }
}

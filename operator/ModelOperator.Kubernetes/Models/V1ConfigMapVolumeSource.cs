namespace ModelOperator.Kubernetes;

/// <summary>Files from a ConfigMap.</summary>
public sealed record V1ConfigMapVolumeSource : KubernetesValue
{
    /// <summary>ConfigMap.</summary>
    public string? Name { get; set; }

    /// <summary>Mode bits, decimal on the wire.</summary>
    public int? DefaultMode { get; set; }

    /// <summary>Keys to files; all when null.</summary>
    public List<V1KeyToPath>? Items { get; set; }

    /// <summary>Whether it may be absent.</summary>
    public bool? Optional { get; set; }
}

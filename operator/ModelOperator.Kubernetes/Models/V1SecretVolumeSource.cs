namespace ModelOperator.Kubernetes;

/// <summary>Files from a Secret.</summary>
public sealed record V1SecretVolumeSource : KubernetesValue
{
    /// <summary>Secret.</summary>
    public string? SecretName { get; set; }

    /// <summary>Mode bits, decimal on the wire.</summary>
    public int? DefaultMode { get; set; }

    /// <summary>Keys to files; all when null.</summary>
    public List<V1KeyToPath>? Items { get; set; }

    /// <summary>Whether it may be absent.</summary>
    public bool? Optional { get; set; }
}

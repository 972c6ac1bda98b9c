namespace ModelOperator.Kubernetes;

/// <summary>Files with pod fields.</summary>
public sealed record V1DownwardApiVolumeSource : KubernetesValue
{
    /// <summary>Mode bits.</summary>
    public int? DefaultMode { get; set; }

    /// <summary>Files.</summary>
    public List<V1DownwardApiVolumeFile>? Items { get; set; }
}

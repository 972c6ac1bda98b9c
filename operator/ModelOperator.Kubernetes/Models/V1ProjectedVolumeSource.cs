namespace ModelOperator.Kubernetes;

/// <summary>Several sources in one directory.</summary>
public sealed record V1ProjectedVolumeSource : KubernetesValue
{
    /// <summary>Mode bits.</summary>
    public int? DefaultMode { get; set; }

    /// <summary>Sources.</summary>
    public List<V1VolumeProjection>? Sources { get; set; }
}

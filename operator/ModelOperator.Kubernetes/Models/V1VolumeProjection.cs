namespace ModelOperator.Kubernetes;

/// <summary>One source of a projected volume.</summary>
public sealed record V1VolumeProjection : KubernetesValue
{
    /// <summary>A bound token.</summary>
    public V1ServiceAccountTokenProjection? ServiceAccountToken { get; set; }

    /// <summary>Keys of a ConfigMap.</summary>
    public V1ConfigMapProjection? ConfigMap { get; set; }

    /// <summary>Keys of a Secret.</summary>
    public V1SecretProjection? Secret { get; set; }

    /// <summary>Pod fields.</summary>
    public V1DownwardApiVolumeSource? DownwardAPI { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>A volume of a pod.</summary>
public sealed record V1Volume : KubernetesValue
{
    /// <summary>Name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Scratch space that lives as long as the pod.</summary>
    public V1EmptyDirVolumeSource? EmptyDir { get; set; }

    /// <summary>Files from a ConfigMap.</summary>
    public V1ConfigMapVolumeSource? ConfigMap { get; set; }

    /// <summary>Files from a Secret.</summary>
    public V1SecretVolumeSource? Secret { get; set; }

    /// <summary>A claimed persistent volume.</summary>
    public V1PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; set; }

    /// <summary>Several sources in one directory.</summary>
    public V1ProjectedVolumeSource? Projected { get; set; }

    /// <summary>A path of the node.</summary>
    public V1HostPathVolumeSource? HostPath { get; set; }

    /// <summary>Files with pod fields.</summary>
    public V1DownwardApiVolumeSource? DownwardAPI { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>A claim for storage.</summary>
public sealed record V1PersistentVolumeClaim() : KubernetesObject("v1", "PersistentVolumeClaim")
{
    /// <summary>Desired state.</summary>
    public V1PersistentVolumeClaimSpec? Spec { get; set; }

    /// <summary>Observed state.</summary>
    public V1PersistentVolumeClaimStatus? Status { get; set; }
}

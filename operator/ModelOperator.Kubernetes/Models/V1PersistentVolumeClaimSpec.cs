namespace ModelOperator.Kubernetes;

/// <summary>What storage is claimed.</summary>
public sealed record V1PersistentVolumeClaimSpec : KubernetesValue
{
    /// <summary>ReadWriteOnce and so on.</summary>
    public List<string>? AccessModes { get; set; }

    /// <summary>requests.storage.</summary>
    public V1ResourceRequirements? Resources { get; set; }

    /// <summary>Storage class.</summary>
    public string? StorageClassName { get; set; }

    /// <summary>Filesystem or Block.</summary>
    public string? VolumeMode { get; set; }

    /// <summary>Bound volume.</summary>
    public string? VolumeName { get; set; }
}

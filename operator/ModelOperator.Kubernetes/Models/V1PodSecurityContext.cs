namespace ModelOperator.Kubernetes;

/// <summary>Security settings of a pod.</summary>
public sealed record V1PodSecurityContext : KubernetesValue
{
    /// <summary>Refuse to run as root.</summary>
    public bool? RunAsNonRoot { get; set; }

    /// <summary>User id.</summary>
    public long? RunAsUser { get; set; }

    /// <summary>Group id.</summary>
    public long? RunAsGroup { get; set; }

    /// <summary>Group that owns volumes.</summary>
    public long? FsGroup { get; set; }

    /// <summary>Always or OnRootMismatch.</summary>
    public string? FsGroupChangePolicy { get; set; }

    /// <summary>Further groups.</summary>
    public List<long>? SupplementalGroups { get; set; }

    /// <summary>System-call filter.</summary>
    public V1SeccompProfile? SeccompProfile { get; set; }
}

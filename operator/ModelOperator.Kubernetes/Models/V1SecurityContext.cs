namespace ModelOperator.Kubernetes;

/// <summary>Security settings of a container.</summary>
public sealed record V1SecurityContext : KubernetesValue
{
    /// <summary>Whether setuid may raise privileges.</summary>
    public bool? AllowPrivilegeEscalation { get; set; }

    /// <summary>Whether the container is root on the host.</summary>
    public bool? Privileged { get; set; }

    /// <summary>Whether the image is read-only.</summary>
    public bool? ReadOnlyRootFilesystem { get; set; }

    /// <summary>Refuse to run as root.</summary>
    public bool? RunAsNonRoot { get; set; }

    /// <summary>User id.</summary>
    public long? RunAsUser { get; set; }

    /// <summary>Group id.</summary>
    public long? RunAsGroup { get; set; }

    /// <summary>Linux capabilities.</summary>
    public V1Capabilities? Capabilities { get; set; }

    /// <summary>System-call filter.</summary>
    public V1SeccompProfile? SeccompProfile { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>Holder and times of a lease.</summary>
public sealed record V1LeaseSpec : KubernetesValue
{
    /// <summary>Holder; null or empty when released.</summary>
    public string? HolderIdentity { get; set; }

    /// <summary>Seconds after renewTime at which others may take over.</summary>
    public int? LeaseDurationSeconds { get; set; }

    /// <summary>When the holder took it.</summary>
    public MicroTime? AcquireTime { get; set; }

    /// <summary>Last renewal.</summary>
    public MicroTime? RenewTime { get; set; }

    /// <summary>Changes of holder.</summary>
    public int? LeaseTransitions { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>A claim used as a volume.</summary>
public sealed record V1PersistentVolumeClaimVolumeSource : KubernetesValue
{
    /// <summary>Claim in the same namespace.</summary>
    public string ClaimName { get; set; } = string.Empty;

    /// <summary>Whether it is read-only.</summary>
    public bool? ReadOnly { get; set; }
}

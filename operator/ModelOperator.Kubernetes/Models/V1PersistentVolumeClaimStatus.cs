namespace ModelOperator.Kubernetes;

/// <summary>Observed state of a claim.</summary>
public sealed record V1PersistentVolumeClaimStatus
{
    /// <summary>Pending, Bound or Lost.</summary>
    public string? Phase { get; set; }

    /// <summary>Size of the bound volume.</summary>
    public Dictionary<string, Quantity>? Capacity { get; set; }
}

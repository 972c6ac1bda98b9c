namespace ModelOperator.Kubernetes;

/// <summary>A Job condition.</summary>
public sealed record V1JobCondition : KubernetesValue
{
    /// <summary>Type: Complete, Failed.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>True, False or Unknown.</summary>
    public string Status { get; set; } = "Unknown";

    /// <summary>Reason, for example DeadlineExceeded.</summary>
    public string? Reason { get; set; }

    /// <summary>Text for people.</summary>
    public string? Message { get; set; }
}

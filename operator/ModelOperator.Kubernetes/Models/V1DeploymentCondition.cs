namespace ModelOperator.Kubernetes;

/// <summary>A Deployment condition.</summary>
public sealed record V1DeploymentCondition
{
    /// <summary>Type.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>True, False or Unknown.</summary>
    public string Status { get; set; } = "Unknown";

    /// <summary>Reason.</summary>
    public string? Reason { get; set; }

    /// <summary>Text for people.</summary>
    public string? Message { get; set; }

    /// <summary>Last update.</summary>
    public DateTimeOffset? LastUpdateTime { get; set; }

    /// <summary>Last change of status.</summary>
    public DateTimeOffset? LastTransitionTime { get; set; }
}

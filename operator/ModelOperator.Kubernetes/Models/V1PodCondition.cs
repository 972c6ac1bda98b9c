namespace ModelOperator.Kubernetes;

/// <summary>A pod condition.</summary>
public sealed record V1PodCondition
{
    /// <summary>Type, for example PodScheduled.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>True, False or Unknown.</summary>
    public string Status { get; set; } = "Unknown";

    /// <summary>Last probe.</summary>
    public DateTimeOffset? LastProbeTime { get; set; }

    /// <summary>Last change of status.</summary>
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>Reason, for example Unschedulable.</summary>
    public string? Reason { get; set; }

    /// <summary>Text for people.</summary>
    public string? Message { get; set; }
}

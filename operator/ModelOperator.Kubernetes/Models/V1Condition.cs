namespace ModelOperator.Kubernetes;

/// <summary>One observed aspect of an object's state (metav1.Condition).</summary>
public sealed record V1Condition : KubernetesValue
{
    /// <summary>Type, CamelCase, unique in the list.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>True, False or Unknown.</summary>
    public string Status { get; set; } = "Unknown";

    /// <summary>metadata.generation that the condition was computed from.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>When status last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>CamelCase reason, a constant.</summary>
    public string Reason { get; set; } = string.Empty;

    /// <summary>Text for people.</summary>
    public string Message { get; set; } = string.Empty;
}

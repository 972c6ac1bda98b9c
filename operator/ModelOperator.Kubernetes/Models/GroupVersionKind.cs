namespace ModelOperator.Kubernetes;

/// <summary>A kind in a group and version.</summary>
public sealed record GroupVersionKind
{
    /// <summary>API group; empty for core.</summary>
    public string Group { get; set; } = string.Empty;

    /// <summary>Version.</summary>
    public string Version { get; set; } = string.Empty;

    /// <summary>Kind.</summary>
    public string Kind { get; set; } = string.Empty;
}

namespace ModelOperator.Kubernetes;

/// <summary>A resource in a group and version.</summary>
public sealed record GroupVersionResource
{
    /// <summary>API group; empty for core.</summary>
    public string Group { get; set; } = string.Empty;

    /// <summary>Version.</summary>
    public string Version { get; set; } = string.Empty;

    /// <summary>Resource, plural lower case.</summary>
    public string Resource { get; set; } = string.Empty;
}

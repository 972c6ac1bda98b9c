namespace ModelOperator.Kubernetes;

/// <summary>A served version of a group.</summary>
public sealed record V1GroupVersionForDiscovery
{
    /// <summary>"group/version".</summary>
    public string GroupVersion { get; set; } = string.Empty;

    /// <summary>Version.</summary>
    public string Version { get; set; } = string.Empty;
}

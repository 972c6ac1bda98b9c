namespace ModelOperator.Kubernetes;

/// <summary>One API group.</summary>
public sealed record V1ApiGroup
{
    /// <summary>Group.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Served versions, best first.</summary>
    public List<V1GroupVersionForDiscovery> Versions { get; set; } = [];

    /// <summary>The server's choice.</summary>
    public V1GroupVersionForDiscovery? PreferredVersion { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>Resources of one group version.</summary>
public sealed record V1ApiResourceList
{
    /// <summary>"group/version", or "v1".</summary>
    public string GroupVersion { get; set; } = string.Empty;

    /// <summary>Resources and subresources.</summary>
    public List<V1ApiResource> Resources { get; set; } = [];
}

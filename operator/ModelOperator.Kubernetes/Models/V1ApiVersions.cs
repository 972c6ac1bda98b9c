namespace ModelOperator.Kubernetes;

/// <summary>Answer of /api: versions of the core group.</summary>
public sealed record V1ApiVersions
{
    /// <summary>Versions.</summary>
    public List<string> Versions { get; set; } = [];
}

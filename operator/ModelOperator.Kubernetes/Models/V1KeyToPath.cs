namespace ModelOperator.Kubernetes;

/// <summary>One key as one file.</summary>
public sealed record V1KeyToPath : KubernetesValue
{
    /// <summary>Key.</summary>
    public string Key { get; set; } = string.Empty;

    /// <summary>Relative path.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>Mode bits.</summary>
    public int? Mode { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>A token of the pod's service account.</summary>
public sealed record V1ServiceAccountTokenProjection : KubernetesValue
{
    /// <summary>Audience; the API server when null.</summary>
    public string? Audience { get; set; }

    /// <summary>Life time in seconds, at least 600.</summary>
    public long? ExpirationSeconds { get; set; }

    /// <summary>File.</summary>
    public string Path { get; set; } = string.Empty;
}

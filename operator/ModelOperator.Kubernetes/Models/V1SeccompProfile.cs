namespace ModelOperator.Kubernetes;

/// <summary>System-call filter.</summary>
public sealed record V1SeccompProfile : KubernetesValue
{
    /// <summary>RuntimeDefault, Localhost or Unconfined.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>Profile for Localhost.</summary>
    public string? LocalhostProfile { get; set; }
}

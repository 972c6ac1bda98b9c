namespace ModelOperator.Kubernetes;

/// <summary>A field of the pod.</summary>
public sealed record V1ObjectFieldSelector : KubernetesValue
{
    /// <summary>API version of the path; v1 by default.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Path, for example metadata.name.</summary>
    public string FieldPath { get; set; } = string.Empty;
}

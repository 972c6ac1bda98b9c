using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Reference to any object.</summary>
public sealed record V1ObjectReference : KubernetesValue
{
    /// <summary>API version.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Kind.</summary>
    public string? Kind { get; set; }

    /// <summary>Name.</summary>
    public string? Name { get; set; }

    /// <summary>Namespace.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>UID.</summary>
    public string? Uid { get; set; }

    /// <summary>Resource version.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Path of a field within the object.</summary>
    public string? FieldPath { get; set; }
}

using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Access to a resource.</summary>
public sealed record V1ResourceAttributes : KubernetesValue
{
    /// <summary>Namespace.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>Verb.</summary>
    public string? Verb { get; set; }

    /// <summary>API group.</summary>
    public string? Group { get; set; }

    /// <summary>API version.</summary>
    public string? Version { get; set; }

    /// <summary>Resource.</summary>
    public string? Resource { get; set; }

    /// <summary>Subresource.</summary>
    public string? Subresource { get; set; }

    /// <summary>Name.</summary>
    public string? Name { get; set; }
}

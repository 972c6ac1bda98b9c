using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Service of a webhook.</summary>
public sealed record V1WebhookServiceReference : KubernetesValue
{
    /// <summary>Namespace.</summary>
    [JsonPropertyName("namespace")]
    public string NamespaceProperty { get; set; } = string.Empty;

    /// <summary>Name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Path.</summary>
    public string? Path { get; set; }

    /// <summary>Port; 443 by default.</summary>
    public int? Port { get; set; }
}

using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Who gets a role.</summary>
public sealed record V1Subject : KubernetesValue
{
    /// <summary>ServiceAccount, User or Group.</summary>
    public string Kind { get; set; } = string.Empty;

    /// <summary>API group; "" for service accounts.</summary>
    public string? ApiGroup { get; set; }

    /// <summary>Name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Namespace of a service account.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }
}

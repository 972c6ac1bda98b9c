using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>One weighted backend of an HTTPRoute.</summary>
public sealed record HttpBackendRef : KubernetesValue
{
    /// <summary>Group; core when null.</summary>
    public string? Group { get; set; }

    /// <summary>Kind; Service when null.</summary>
    public string? Kind { get; set; }

    /// <summary>Name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Namespace; the route's when null.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>Share, relative to the other backends; 1 when null.</summary>
    public int? Weight { get; set; }
}

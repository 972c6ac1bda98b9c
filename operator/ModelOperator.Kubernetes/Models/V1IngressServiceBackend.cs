using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>A Service behind a path.</summary>
public sealed record V1IngressServiceBackend : KubernetesValue
{
    /// <summary>Name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Its port, by number or name; passed through.</summary>
    public JsonElement? Port { get; set; }
}

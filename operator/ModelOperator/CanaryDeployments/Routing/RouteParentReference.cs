using System.Text.Json.Serialization;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>What a route attaches to.</summary>
public sealed record RouteParentReference : KubernetesValue
{
    /// <summary>Group; that of Gateway API when null.</summary>
    public string? Group { get; set; }

    /// <summary>Kind; Gateway when null.</summary>
    public string? Kind { get; set; }

    /// <summary>Namespace; the route's when null.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>Name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Listener; all when null.</summary>
    public string? SectionName { get; set; }

    /// <summary>Port; all when null.</summary>
    public int? Port { get; set; }

    /// <summary>Whether both name the same thing, defaults filled in.</summary>
    internal bool Names(RouteParentReference other, string space) => Key(space) == other.Key(space);

    private (string, string, string, string, string?, int?) Key(string space) =>
        (Group ?? "gateway.networking.k8s.io", Kind ?? "Gateway", NamespaceProperty ?? space, Name, SectionName, Port);
}

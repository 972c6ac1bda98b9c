using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>What an HTTPRoute asks for.</summary>
public sealed record HttpRouteSpec : KubernetesValue
{
    /// <summary>Gateways (or Services of a mesh) that it attaches to.</summary>
    public List<RouteParentReference>? ParentRefs { get; set; }

    /// <summary>Rules, in order.</summary>
    public List<HttpRouteRule>? Rules { get; set; }
}

using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>HTTPRoute of Gateway API v1, as far as it is read here.</summary>
public sealed record HttpRoute() : KubernetesObject("gateway.networking.k8s.io/v1", "HTTPRoute")
{
    /// <summary>The user's part.</summary>
    public HttpRouteSpec? Spec { get; set; }

    /// <summary>The gateways' part.</summary>
    public HttpRouteStatus? Status { get; set; }
}

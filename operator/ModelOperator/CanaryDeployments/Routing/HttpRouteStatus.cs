using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>What gateways say of an HTTPRoute.</summary>
public sealed record HttpRouteStatus : KubernetesValue
{
    /// <summary>One entry per parent and controller.</summary>
    public List<RouteParentStatus>? Parents { get; set; }
}

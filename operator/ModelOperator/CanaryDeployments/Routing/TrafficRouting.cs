using System.ComponentModel;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>The router that splits the traffic in the place of the built-in gateway: exactly one member is set.</summary>
public sealed record TrafficRouting
{
    [Description("A rule of an HTTPRoute (Gateway API v1) whose backendRefs name our two Services.")]
    public GatewayApiRouting? GatewayAPI { get; init; }

    [Description("HTTP routes of an Istio VirtualService whose destinations name our two Services.")]
    public IstioRouting? Istio { get; init; }

    [Description("A canary Ingress of ingress-nginx beside an Ingress of yours.")]
    public NginxRouting? Nginx { get; init; }

    [Description("No router: one Service over the Pods of both versions; their numbers make the weight.")]
    public ReplicaRouting? Replicas { get; init; }
}

using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>How to find and decode routers' kinds, which the server need not have.</summary>
public static class RoutingDescriptors
{
    /// <summary>Component label of the Services that a router other than the gateway sends to.</summary>
    public const string Component = "router";

    /// <summary>Index of EndpointSlices by namespace and Service.</summary>
    public const string ByService = "service";

    public static EntityDescriptor<HttpRoute> HttpRoutes { get; } = new(
        "gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true, RoutingJson.Default.HttpRoute, RoutingJson.Default.KubernetesListHttpRoute);

    public static EntityDescriptor<VirtualService> VirtualServices { get; } = new(
        "networking.istio.io", "v1", "virtualservices", nameof(VirtualService), true, RoutingJson.Default.VirtualService, RoutingJson.Default.KubernetesListVirtualService);

    public static CacheOptions<HttpRoute> HttpRouteCache { get; } = new() { OptionalVersions = ["v1"], Transform = Trimmed };

    /// <summary>Istio before 1.22 serves v1beta1 only; what is read here is the same.</summary>
    public static CacheOptions<VirtualService> VirtualServiceCache { get; } = new() { OptionalVersions = ["v1", "v1beta1"], Transform = Trimmed };

    public static CacheOptions<V1Ingress> IngressCache { get; } = new() { OptionalVersions = ["v1"], Transform = Trimmed };

    /// <summary>Endpoints of the Services that routers send to: EndpointSlices have the labels of their Service.</summary>
    public static CacheOptions<V1EndpointSlice> EndpointCache { get; } = new()
    {
        LabelSelector = $"{ModelOperatorApi.ManagedByLabel}={ModelOperatorApi.ManagedBy},{ModelOperatorApi.ComponentLabel}={Component}",
        OptionalVersions = ["v1", "v1beta1"],
        Indexes = [new(ByService, static s => s.Metadata.Labels?.GetValueOrDefault(V1EndpointSlice.ServiceLabel) is { } service ? [$"{s.Metadata.NamespaceProperty}/{service}"] : [])],
    };

    // These are everybody's objects: what nobody reads here is left out. They are patched, never replaced.
    private static HttpRoute Trimmed(HttpRoute route)
    {
        foreach (var rule in route.Spec?.Rules ?? [])
            rule.AdditionalProperties = null;
        return route;
    }

    private static VirtualService Trimmed(VirtualService service)
    {
        foreach (var route in service.Spec?.Http ?? [])
            route.AdditionalProperties = null;
        return service;
    }

    private static V1Ingress Trimmed(V1Ingress ingress)
    {
        ingress.Status = null;
        ingress.Spec?.AdditionalProperties = null;
        return ingress;
    }
}

using System.Collections.Immutable;
using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Reads from the caches what a canary's router serves.</summary>
/// <param name="httpRoutes">HTTPRoutes; a cache without a version is of a kind that the server lacks.</param>
/// <param name="virtualServices">VirtualServices, likewise.</param>
/// <param name="ingresses">Ingresses.</param>
/// <param name="slices">Endpoints of the Services that routers send to.</param>
public sealed class RouterReader(
    IStore<HttpRoute> httpRoutes, IStore<VirtualService> virtualServices, IStore<V1Ingress> ingresses, IStore<V1EndpointSlice> slices)
{
    /// <summary>Our canary Ingress, whatever the router is now.</summary>
    public V1Ingress? OursOf(V1CanaryDeployment canary) =>
        ingresses.Get(canary.Metadata.NamespaceProperty!, CanaryNames.Ingress(canary)) is { } ingress && ingress.IsControlledBy(canary.Metadata.Uid) ? ingress : null;

    /// <summary>The report; null for the built-in gateway, and where the spec names several routers.</summary>
    /// <param name="canary">The object.</param>
    /// <param name="services">Services that it owns.</param>
    /// <param name="pods">Its Pods.</param>
    public RouterReport? Read(V1CanaryDeployment canary, IReadOnlyList<V1Service> services, IReadOnlyList<V1Pod> pods)
    {
        if (Route(canary) is not { } report)
            return null;
        return report with
        {
            Stable = Service(canary, CanaryNames.Service(canary), services, pods),
            Canary = Service(canary, CanaryNames.CanaryService(canary), services, pods),
            Strays = pods.Count(p => !p.IsDeleting && p.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.ComponentLabel) == "server"
                && VersionOf(p) is { } version && version != canary.Status?.StableVersion && version != canary.Status?.CanaryVersion),
        };
    }

    private RouterReport? Route(V1CanaryDeployment canary)
    {
        var space = canary.Metadata.NamespaceProperty!;
        var (stable, second) = (CanaryNames.Service(canary), CanaryNames.CanaryService(canary));
        var routing = canary.Spec.TrafficRouting;
        switch (RouterKinds.Of(canary.Spec))
        {
            case RouterKind.GatewayApi:
                var name = routing!.GatewayAPI!.HttpRoute;
                var report = new RouterReport(RouterKind.GatewayApi, $"HTTPRoute {name}");
                return Find(report, httpRoutes, space, name, "spec.trafficRouting.gatewayAPI.httpRoute", "HTTPRoute of Gateway API v1", out var route)
                    ?? Routed(report with { HttpRoute = route }, HttpRoutes.Read(route!, stable, second), "spec.trafficRouting.gatewayAPI.httpRoute");
            case RouterKind.Istio:
                name = routing!.Istio!.VirtualService;
                report = new(RouterKind.Istio, $"VirtualService {name}");
                return Find(report, virtualServices, space, name, "spec.trafficRouting.istio.virtualService", "VirtualService of Istio", out var service)
                    ?? Routed(report with { VirtualService = service }, VirtualServices.Read(service!, routing.Istio.Routes, stable, second), "spec.trafficRouting.istio.virtualService");
            case RouterKind.Nginx:
                return Nginx(canary, routing!.Nginx!, stable, space);
            case RouterKind.Replicas:
                return new(RouterKind.Replicas, $"Service {stable}") { Tolerance = routing!.Replicas!.Tolerance };
            default:
                return null;
        }
    }

    private RouterReport Nginx(V1CanaryDeployment canary, NginxRouting routing, string stable, string space)
    {
        const string field = "spec.trafficRouting.nginx.ingress";
        var report = new RouterReport(RouterKind.Nginx, $"Ingress {CanaryNames.Ingress(canary)}");
        if (Find(report, ingresses, space, routing.Ingress, field, "Ingress", out var users) is { } missing)
            return missing;
        if (CanaryIngress.RulesTo(users!, stable).Count == 0)
            return report with { Problem = new(CanaryReasons.RouteInvalid, $"{field}: Ingress {routing.Ingress} cannot be used: it has no path to Service {stable}; allowed: an Ingress with one. Traffic is unchanged.") };
        // Without our Ingress nothing goes to the canary.
        return report with { Ingress = users, Weight = OursOf(canary) is { } ours ? CanaryIngress.Weight(ours) : 0 };
    }

    /// <summary>The report of what is missing; null when the object is there.</summary>
    private static RouterReport? Find<T>(RouterReport report, IStore<T> store, string space, string name, string field, string kind, out T? found)
        where T : class, IKubernetesObject
    {
        found = store.Get(space, name);
        if (found is not null)
            return null;
        return report with
        {
            Problem = store.ResourceVersion.Length == 0
                ? new(CanaryReasons.RouterNotInstalled, $"{field}: the API server has no kind {kind}: install it, or choose another router. Traffic is unchanged.")
                : new(CanaryReasons.RouteNotFound, $"{field}: {report.Subject.Split(' ')[0]} {name} does not exist in this namespace; create it or name another. Traffic is unchanged."),
        };
    }

    private static RouterReport Routed(RouterReport report, RouteReading reading, string field) => report with
    {
        Problem = reading.Problem is { } problem ? new(CanaryReasons.RouteInvalid, $"{field}: {report.Subject} cannot be used: {problem}. Traffic is unchanged.") : null,
        Pending = reading.Pending,
        Pairs = reading.Pairs,
        Weight = RoutePairs.Weight(reading.Pairs),
    };

    private RoutedService Service(V1CanaryDeployment canary, string name, IReadOnlyList<V1Service> services, IReadOnlyList<V1Pod> pods)
    {
        if (services.FirstOrDefault(s => s.Metadata.Name == name) is not { } service)
            return RoutedService.None;
        var versions = pods.ToDictionary(p => p.Metadata.Name, VersionOf, StringComparer.Ordinal);
        var ready = slices.Find(RoutingDescriptors.ByService, $"{canary.Metadata.NamespaceProperty}/{name}")
            .SelectMany(s => s.Endpoints ?? [])
            .Where(e => e.Conditions?.Ready != false)
            .Select(e => e.TargetRef?.Name ?? "")
            // A Pod of two address families has an endpoint in a slice of each.
            .Distinct(StringComparer.Ordinal)
            .CountBy(pod => versions.GetValueOrDefault(pod) ?? "", StringComparer.Ordinal)
            .ToImmutableDictionary(StringComparer.Ordinal);
        return new(service.Spec?.Selector?.GetValueOrDefault(ModelOperatorApi.VersionLabel), ready);
    }

    private static string? VersionOf(V1Pod pod) => pod.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.VersionLabel);
}

using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Intents of routers other than the built-in gateway: their weights, and the Services that they send to. Pure.</summary>
public static class RouterChildren
{
    /// <summary>Brings the weights in line with a status, as far as the Services already lead where they should.</summary>
    public static IEnumerable<Intent> Weights(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryObserved seen)
    {
        if (seen.Router is not { Problem: null } router)
            yield break;
        var split = RouterSplit.Of(status);
        var weight = router.MayTake(split, seen.Workload) ? split.Weight : router.Weight;
        if (router.Ingress is { } ingress)
            yield return Intent.Ensure(KubernetesDescriptors.Ingresses, CanaryIngress.Of(canary, canary.Spec.TrafficRouting!.Nginx!, ingress, weight ?? 0));
        else if (weight == router.Weight || weight is not { } percent)
            yield break;
        else if (router.HttpRoute is { } route)
            yield return Intent.Patch(RoutingDescriptors.HttpRoutes, route, RoutePairs.Patch(router.Pairs, percent));
        else if (router.VirtualService is { } service)
            yield return Intent.Patch(RoutingDescriptors.VirtualServices with { Version = service.ApiVersion.Split('/')[^1] }, service, RoutePairs.Patch(router.Pairs, percent));
    }

    /// <summary>The Services that clients and routers call.</summary>
    public static IEnumerable<Intent> Services(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryObserved seen)
    {
        if (seen.Router is not { } router)
            yield break;
        var stable = CanaryNames.Service(canary);
        if (router.Kind == RouterKind.Replicas)
        {
            yield return Service(canary, stable, Shared(router, RouterSplit.Of(status)));
            yield break;
        }

        // The first version: nobody is served yet.
        var first = status.Phase is CanaryPhase.Initializing or CanaryPhase.Pending;
        yield return Service(canary, stable, Led(router.Stable, status.StableVersion!, first || Serves(status.StableVersion)));
        var under = status.CanaryVersion ?? status.StableVersion!;
        yield return Service(canary, CanaryNames.CanaryService(canary), Led(router.Canary, under, first || (router.IsIdle && Serves(under))));

        // A router may not have told all its proxies yet: there have to be Pods in the new place.
        bool Serves(string? version) => seen.Workload(version) is { Serving: > 0 };
    }

    private static string Led(RoutedService now, string wanted, bool free) => now.Version is null || free ? wanted : now.Version;

    /// <summary>Both versions only while there are no Pods of a third one, which would get traffic too.</summary>
    private static string? Shared(RouterReport router, RouterSplit split) =>
        RouterReport.Only(split) ?? (router.Strays > 0 ? router.Stable.Version ?? split.Stable : null);

    private static Intent Service(V1CanaryDeployment canary, string name, string? version)
    {
        var selector = CanaryWorkload.Selector(canary.Metadata.Name, version ?? "");
        if (version is null)
            selector.Remove(ModelOperatorApi.VersionLabel);
        return Intent.Ensure(KubernetesDescriptors.Services, new V1Service
        {
            Metadata = CanaryWorkload.Meta(canary, name, RoutingDescriptors.Component),
            Spec = new() { Selector = selector, Ports = [new() { Name = "http", Port = 8080, TargetPort = 8080, Protocol = "TCP" }] },
        });
    }
}

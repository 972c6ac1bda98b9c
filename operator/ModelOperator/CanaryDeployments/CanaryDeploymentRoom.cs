using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.GridSources;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.Metrics;
using ModelOperator.ModelVersions;

namespace ModelOperator.CanaryDeployments;

/// <summary>Registration of the room.</summary>
public static class CanaryDeploymentRoom
{
    /// <summary>Field manager of the room.</summary>
    public const string Manager = "model-operator-canary";

    /// <summary>Passes at once. A pass mostly waits for gateways and Prometheus, and an abort must not queue behind looks at metrics.</summary>
    private const int Workers = 32;

    /// <summary>Adds the room's controller and what it needs.</summary>
    public static void AddCanaryDeployments(this ControllerHostBuilder host)
    {
        host.Services.AddSingleton<CanaryMeasurements>();
        host.Services.TryAddSingleton(provider => new ProviderConnections((space, name, cancel) =>
            provider.GetRequiredService<IKubernetesClient>().GetAsync(KubernetesDescriptors.Secrets, name, space, cancel)));
        host.Services.AddSingleton<HttpWebhookSender>();
        host.Services.AddSingleton<IWebhookSender>(static provider => provider.GetRequiredService<HttpWebhookSender>());
        host.Services.AddSingleton<CanaryWebhookCalls>().AddSingleton<CanaryLoads>().AddSingleton<CanaryDemand>();
        host.Services.AddSingleton(static provider => new CanaryMetrics(
            provider.GetRequiredService<Caches>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<LeaseElector>()));
        host.Services.AddSingleton<CanaryNotices>();
        // By compare-and-swap: a list or object that vanishes from an applied status becomes null on Kubernetes 1.20, which its schema refuses.
        host.Services.AddSingleton(provider => new PlanExecutor<V1CanaryDeployment, CanaryDeploymentStatus>(
            provider.GetRequiredService<PlanContext>(),
            ModelOperatorDescriptors.CanaryDeployments,
            CanaryDeploymentsJson.Default.CanaryDeploymentStatus,
            Manager,
            StatusWrite.CompareAndSwap,
            provider.GetRequiredService<CanaryNotices>().Tell));
        host.Services.AddSingleton(provider => Observer(provider, provider.GetRequiredService<Caches>()));
        host.Services.AddSingleton(provider => new CanaryTurns(
            provider.GetRequiredService<Caches>().For(ModelOperatorDescriptors.CanaryDeployments), provider.GetRequiredService<IKubernetesClient>()));
        host.AddController<V1CanaryDeployment, CanaryDeploymentController>(ModelOperatorDescriptors.CanaryDeployments, new() { Workers = Workers })
            .Owns(KubernetesDescriptors.Deployments, ManagedCaches.Of<V1Deployment>())
            .Owns(KubernetesDescriptors.Services, ManagedCaches.Of<V1Service>())
            .Owns(KubernetesDescriptors.ConfigMaps, ManagedCaches.Of<V1ConfigMap>())
            .Owns(KubernetesDescriptors.Secrets, ManagedCaches.OfCanaries<V1Secret>())
            .Owns(KubernetesDescriptors.Jobs, ManagedCaches.CanarySelector)
            .Owns(KubernetesDescriptors.ServiceAccounts, ManagedCaches.Of<V1ServiceAccount>())
            .Owns(KubernetesDescriptors.Roles, ManagedCaches.Of<V1Role>())
            .Owns(KubernetesDescriptors.RoleBindings, ManagedCaches.Of<V1RoleBinding>())
            .Hears(static (services, take) => services.GetRequiredService<CanaryWebhookCalls>().Changed.Subscribe(take))
            .Hears(static (services, take) => services.GetRequiredService<CanaryDemand>().Changed.Subscribe(take))
            .Watches(KubernetesDescriptors.Pods, CanaryKeys, ManagedCaches.Pods)
            .Watches(ModelOperatorDescriptors.ModelVersions, VersionKeys)
            .Watches(RoutingDescriptors.HttpRoutes, RouteKeys<HttpRoute>(static r => r.GatewayAPI?.HttpRoute), RoutingDescriptors.HttpRouteCache)
            .Watches(RoutingDescriptors.VirtualServices, RouteKeys<VirtualService>(static r => r.Istio?.VirtualService), RoutingDescriptors.VirtualServiceCache)
            .Watches(KubernetesDescriptors.Ingresses, RouteKeys<V1Ingress>(static r => r.Nginx?.Ingress), RoutingDescriptors.IngressCache)
            .Owns(KubernetesDescriptors.Ingresses, RoutingDescriptors.IngressCache)
            .Watches(KubernetesDescriptors.EndpointSlices, CanaryKeys, RoutingDescriptors.EndpointCache);
    }

    private static CanaryObserver Observer(IServiceProvider provider, Caches caches) => new(
        caches.For(ModelOperatorDescriptors.CanaryDeployments, CanaryIndexes.Canaries),
        caches.For(ModelOperatorDescriptors.ModelVersions),
        caches.For(KubernetesDescriptors.Deployments, ManagedCaches.Of<V1Deployment>()),
        caches.For(KubernetesDescriptors.Services, ManagedCaches.Of<V1Service>()),
        caches.For(KubernetesDescriptors.Secrets, ManagedCaches.OfCanaries<V1Secret>()),
        caches.For(KubernetesDescriptors.Jobs, ManagedCaches.OfCanaries<V1Job>()),
        caches.For(KubernetesDescriptors.Pods, CanaryIndexes.Pods),
        provider.GetRequiredService<IKubernetesClient>(),
        new(
            caches.For(RoutingDescriptors.HttpRoutes, RoutingDescriptors.HttpRouteCache),
            caches.For(RoutingDescriptors.VirtualServices, RoutingDescriptors.VirtualServiceCache),
            caches.For(KubernetesDescriptors.Ingresses, RoutingDescriptors.IngressCache),
            caches.For(KubernetesDescriptors.EndpointSlices, RoutingDescriptors.EndpointCache)),
        provider.GetRequiredService<IGatewayReader>(),
        provider.GetRequiredService<CanaryMeasurements>(),
        provider.GetRequiredService<CanaryWebhookCalls>(),
        provider.GetRequiredService<CanaryLoads>(),
        provider.GetRequiredService<CanaryDemand>(),
        provider.GetService<GridKnowledge>(),
        provider.GetRequiredService<OperatorOptions>().Zone);

    private static IEnumerable<NamespacedName> CanaryKeys(IKubernetesObject child) =>
        child.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.CanaryLabel) is { } canary ? [new(child.Metadata.NamespaceProperty ?? "", canary)] : [];

    /// <summary>A route concerns every canary of its namespace whose <c>trafficRouting</c> names it.</summary>
    private static Func<Caches, Func<T, IEnumerable<NamespacedName>>> RouteKeys<T>(Func<TrafficRouting, string?> name)
        where T : class, IKubernetesObject => caches =>
    {
        var store = caches.For(ModelOperatorDescriptors.CanaryDeployments);
        return route => store.List(route.Metadata.NamespaceProperty)
            .Where(c => c.Spec.TrafficRouting is { } routing && name(routing) == route.Metadata.Name)
            .Select(c => c.Key);
    };

    /// <summary>A version concerns every canary of its namespace that names it, in its spec or in its status.</summary>
    private static Func<V1ModelVersion, IEnumerable<NamespacedName>> VersionKeys(Caches caches)
    {
        var store = caches.For(ModelOperatorDescriptors.CanaryDeployments, CanaryIndexes.Canaries);
        return version => store.Find(CanaryIndexes.Version, version.Key.ToString()).Select(c => c.Key);
    }
}

using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Registry;

namespace ModelOperator.Serving;

/// <summary>Registers the accounts of serving.</summary>
public static class ServingRoom
{
    private static readonly ControllerOptions Pass = new() { Name = "serving", Workers = 1, ReconcileTimeout = TimeSpan.FromMinutes(10), Resync = ServingMeter.Interval };

    /// <summary>Adds the meter. A canary starts it; from then on it keeps its own time.</summary>
    /// <param name="host">Host.</param>
    /// <param name="options">Settings of the installation.</param>
    public static void AddServing(this ControllerHostBuilder host, OperatorOptions options)
    {
        ServingPods? pods = null;
        host.Services.AddSingleton<ServingMetrics>();
        host.Services.AddSingleton(provider => pods = Pods(provider.GetRequiredService<Caches>(), provider.GetRequiredService<TimeProvider>()));
        host.Services.AddSingleton(provider => new GatewayRequests(provider.GetRequiredService<HttpClient>(), options.PrometheusUrl));
        if (options.PostgresConnection is { Length: > 0 })
            host.Services.AddSingleton<ServingHistory>();
        host.AddKeyController<ServingMeter>(Pass.Name!, Pass)
            .Watches(ModelOperatorDescriptors.CanaryDeployments, static _ => [ServingMeter.Key], null, static change => change.Old is null)
            .Watches(KubernetesDescriptors.Pods, static _ => [], ManagedCaches.Pods, change => pods?.Observe(change) == true);
    }

    private static ServingPods Pods(Caches caches, TimeProvider time) =>
        new(caches.For(KubernetesDescriptors.Pods, ManagedCaches.Pods), caches.For(ModelOperatorDescriptors.CanaryDeployments), time);
}

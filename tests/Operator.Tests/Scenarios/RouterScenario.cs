using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>A first deploy of version 1 behind another router than the gateway, then a canary of version 2 that is promoted.</summary>
/// <param name="kind">Router.</param>
/// <param name="strategy">Other than the usual steps.</param>
internal sealed class RouterScenario(RouterKind kind, CanaryStrategy? strategy = null) : IScenario
{
    private static readonly CanaryMetric Errors = new()
    {
        Name = "errors",
        Type = CanaryMetricType.Query,
        Query = "increase(errors{version=\"{{version}}\",code=~\"5..\"}[{{window}}])",
        SamplesQuery = "increase(requests{version=\"{{version}}\"}[{{window}}])",
        Compare = new() { Statistic = MetricStatistic.SequentialBinomial },
    };

    public async Task BeginAsync(ToyWorld world)
    {
        var routes = new ToyRoutes(world);
        await routes.InstallAsync(kind);
        await routes.CreateAsync(kind);
        world.Play(routes.RunAsync);
        await CreateAsync(world);
    }

    /// <summary>The model, its versions and the canary; nothing of the router's.</summary>
    internal async Task CreateAsync(ToyWorld world)
    {
        await world.CreateAsync(ModelOperatorDescriptors.Models, new V1Model { Metadata = new V1ObjectMeta { Name = "prices", NamespaceProperty = world.Space } });
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 1));
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 2));
        var canary = Objects.Canary(CanaryScenario.Canary, "prices", CanaryScenario.First, new() { IntervalSeconds = 2, Metrics = [Errors] });
        await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, canary with
        {
            Spec = canary.Spec with
            {
                Strategy = strategy ?? canary.Spec.Strategy,
                Server = new() { Replicas = 2 },
                TrafficRouting = new()
                {
                    GatewayAPI = kind == RouterKind.GatewayApi ? new() { HttpRoute = ToyRoutes.Name } : null,
                    Istio = kind == RouterKind.Istio ? new() { VirtualService = ToyRoutes.Name, Routes = ["main"] } : null,
                    Nginx = kind == RouterKind.Nginx ? new() { Ingress = ToyRoutes.Name } : null,
                    Replicas = kind == RouterKind.Replicas ? new() { Tolerance = 15 } : null,
                },
            },
        });
    }

    public async Task<string?> MissingAsync(ToyWorld world)
    {
        var canary = await world.GetAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary);
        if (canary?.Status is not { } status)
            return "the canary has no status yet";
        if (status is { Phase: CanaryPhase.Healthy, StableVersion: CanaryScenario.First } && canary.Spec.VersionRef.Name == CanaryScenario.First)
            await world.PatchAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, $"{{\"spec\":{{\"versionRef\":{{\"name\":\"{CanaryScenario.Second}\"}}}}}}");
        if (status is not { Phase: CanaryPhase.Healthy, StableVersion: CanaryScenario.Second, Reason: CanaryReasons.Serving, Weights.Verified: true, Retiring: null or { Count: 0 } })
            return $"canary {status.Phase} {status.Reason}: {status.Message}; stable {status.StableVersion}, retiring {status.Retiring?.Count ?? 0}";
        var deployments = await world.ListAsync(KubernetesDescriptors.Deployments);
        return deployments is [{ Metadata.Name: "shop-2" }] ? null : $"{deployments.Count} Deployments";
    }
}

using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>A first deploy of version 1, then version 2 behind its preview, switched to by a command, and watched: promoted, or swapped back for its errors.</summary>
/// <param name="good">Whether version 2 is any good.</param>
internal sealed class BlueGreenScenario(bool good) : IScenario
{
    internal const string Canary = "green";

    /// <summary>Its bound is the same at every look, so that the end does not tell how many there were.</summary>
    private static readonly CanaryMetric Harm = new()
    {
        Name = "harm",
        Type = CanaryMetricType.Query,
        Query = "errors{version=\"{{version}}\",code=~\"5..\"}",
        Threshold = new() { Max = "100" },
    };

    private readonly CanaryScenario _ending = new(good, Canary);

    public async Task BeginAsync(ToyWorld world)
    {
        if (!good)
            world.Metrics.Errors[CanaryScenario.Second] = 400;
        await world.CreateAsync(ModelOperatorDescriptors.Models, new V1Model { Metadata = new V1ObjectMeta { Name = "prices", NamespaceProperty = world.Space } });
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 1));
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 2));
        var canary = Objects.Canary(Canary, "prices", CanaryScenario.First);
        var strategy = new CanaryStrategy
        {
            ScaleDownDelaySeconds = 2,
            BlueGreen = new() { PrePromotionAnalysis = new() { Metrics = ["rmse"] }, AutoPromotionEnabled = false, PostPromotionAnalysis = new() { Metrics = [Harm.Name] } },
        };
        await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, canary with
        {
            Spec = canary.Spec with { Strategy = strategy, Analysis = canary.Spec.Analysis! with { Metrics = [.. canary.Spec.Analysis.Metrics!, Harm] } },
        });
    }

    public async Task<string?> MissingAsync(ToyWorld world)
    {
        var canary = await world.GetAsync(ModelOperatorDescriptors.CanaryDeployments, Canary);
        if (canary?.Status is { Reason: CanaryReasons.StepGate, LastCommand: null } waiting)
        {
            var preview = await world.GetAsync(KubernetesDescriptors.Services, CanaryNames.Preview(Canary));
            Assert.Equal((CanaryScenario.Second, 0), (preview?.Spec?.Selector?[ModelOperatorApi.VersionLabel], waiting.Weights?.Canary));
            await world.PatchAsync(ModelOperatorDescriptors.CanaryDeployments, Canary, """{"metadata":{"annotations":{"modeloperator.io/command":"promote go-1"}}}""");
        }

        return await _ending.MissingAsync(world);
    }
}

using ModelOperator.Analysis;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>A/B tests with three arms from the users' side: one wins, none wins, one does harm.</summary>
public sealed class AbTestTests
{
    private const string Name = CanaryScenario.Canary;

    [Fact]
    public Task The_arm_that_is_shown_to_be_better_is_promoted_and_takes_the_alias() => WinAsync(() => ToyWorld.FakeAsync());

    [RealClusterFact]
    public Task The_arm_that_is_shown_to_be_better_is_promoted_on_a_real_server() => WinAsync(() => ToyWorld.RealAsync(speed: 5));

    private static async Task WinAsync(Func<Task<ToyWorld>> start)
    {
        await using var world = await start();
        world.Metrics.Override = query => Count(query, conversions: version => version == "prices-3" ? 300 : 100);
        await using var instance = await BeginAsync(world, TestOf(600));
        var canary = await UntilAsync(world, s => s is { StableVersion: "prices-3", Reason: CanaryReasons.WinnerFound, Phase: CanaryPhase.Healthy, Retiring: null });
        Assert.Equal(("prices-2", "c"), (canary.Status!.RejectedVersion, canary.Status.Experiment!.Winner));
        Assert.Equal(("Promote", "conversion", "0.3", "0.1"), (canary.Status.LastDecision!.Action, canary.Status.LastDecision.Metric, canary.Status.LastDecision.Value, canary.Status.LastDecision.Baseline));
        await world.UntilAsync(ModelOperatorDescriptors.Models, "prices", m => m.Status?.Aliases is [{ Name: "champion", Version: "prices-3" }], m => $"aliases {m.Status?.Aliases?.Count}");
        await world.UntilAsync(async () => (await DeploymentsAsync(world)).SequenceEqual(["shop-3", "shop-gateway"]) ? null : string.Join(' ', await DeploymentsAsync(world)));
    }

    [Fact]
    public async Task Without_a_winner_in_time_the_stable_version_stays()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Metrics.Override = query => Count(query, conversions: _ => 100);
        await using var instance = await BeginAsync(world, TestOf(60));
        var canary = await UntilAsync(world, s => s is { StableVersion: "prices-1", Reason: CanaryReasons.NoWinner, Phase: CanaryPhase.Healthy, Retiring: null });
        Assert.Equal(["Deployed", "Concluded"], canary.Status!.History!.Select(h => h.Outcome));
        Assert.Contains("No arm is shown to be better than control by conversion in 60 s with 1000 users", canary.Status.LastDecision!.Message, StringComparison.Ordinal);
        await world.UntilAsync(async () => (await DeploymentsAsync(world)).SequenceEqual(["shop-1", "shop-gateway"]) ? null : string.Join(' ', await DeploymentsAsync(world)));
    }

    [Fact]
    public async Task Harm_in_one_arm_takes_all_arms_back()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Metrics.Errors["prices-3"] = 400;
        world.Metrics.Override = query => Count(query, conversions: _ => 100);
        await using var instance = await BeginAsync(world, TestOf(600));
        var canary = await UntilAsync(world, s => s is { StableVersion: "prices-1", Phase: CanaryPhase.Degraded, Retiring: null });
        Assert.Equal(("Rollback", "errors.c"), (canary.Status!.LastDecision!.Action, canary.Status.LastDecision.Metric));
        await world.UntilAsync(async () => (await DeploymentsAsync(world)).SequenceEqual(["shop-1", "shop-gateway"]) ? null : string.Join(' ', await DeploymentsAsync(world)));
    }

    private static AbTest TestOf(int seconds) => new()
    {
        Arms = [.. new[] { ("control", 1, 34), ("b", 2, 33), ("c", 3, 33) }.Select(arm => new AbTestArm { Name = arm.Item1, VersionRef = new LocalReference { Name = $"prices-{arm.Item2}" }, Weight = arm.Item3 })],
        Cohort = new AbTestCohort { Header = "x-user-id" },
        Metrics = [new AbTestMetric { Name = "conversion", Type = AbTestMetricType.Conversion, Event = "purchase" }],
        MinSamples = 500,
        MinDurationSeconds = 0,
        MaxDurationSeconds = seconds,
    };

    /// <summary>A thousand users in every arm.</summary>
    private static Sample? Count(string query, Func<string, double> conversions)
    {
        if (!query.Contains("_experiment_", StringComparison.Ordinal))
            return null;
        return Sample.Of(query.Contains("exposures_total", StringComparison.Ordinal) ? 1000 : conversions(query.Split("version=\"")[^1].Split('"')[0]));
    }

    private static async Task<OperatorInstance> BeginAsync(ToyWorld world, AbTest test)
    {
        await world.CreateAsync(ModelOperatorDescriptors.Models, new V1Model { Metadata = new V1ObjectMeta { Name = "prices", NamespaceProperty = world.Space } });
        for (var number = 1; number <= 3; number++)
            await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", number));
        var canary = Objects.Canary(Name, "prices", "prices-2", new CanaryAnalysis { IntervalSeconds = 2, Metrics = [new CanaryMetric { Name = "errors", Type = CanaryMetricType.ErrorRate }] });
        await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, canary with { Spec = canary.Spec with { Strategy = new CanaryStrategy { ScaleDownDelaySeconds = 2, AbTest = test } } });
        return await OperatorInstance.StartAsync(world);
    }

    private static Task<V1CanaryDeployment> UntilAsync(ToyWorld world, Func<CanaryDeploymentStatus, bool> goal) => world.UntilAsync(
        ModelOperatorDescriptors.CanaryDeployments, Name, c => c.Status is { } status && goal(status), c => $"{c.Status?.Phase} {c.Status?.Reason}: {c.Status?.Message}");

    private static async Task<IReadOnlyList<string>> DeploymentsAsync(ToyWorld world) =>
        [.. (await world.ListAsync(KubernetesDescriptors.Deployments)).Select(d => d.Metadata.Name).Order(StringComparer.Ordinal)];
}

using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>A ModelVersion that is deleted, past the webhook, while a CanaryDeployment serves it.</summary>
public sealed class CanaryMissingTests
{
    [Fact]
    public async Task The_stable_versions_absence_is_told_once_with_the_way_back_and_ends_by_itself()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        var traffic = world.Arms();
        Lose(world, "diamonds-1");
        await world.PassAsync(1);
        var told = Condition(world)!;
        Assert.Equal((Conditions.True, CanaryReasons.VersionDeleted), (told.Status, told.Reason));
        Assert.All(
            ["ModelVersion diamonds-1 is gone", "its Pods serve on", "spec.artifact.digest " + Version("diamonds-1").Digest, "docs/model-registry.md", "spec.versionRef"],
            words => Assert.Contains(words, told.Message, StringComparison.Ordinal));
        // It serves as it was asked to.
        Assert.Equal((CanaryPhase.Healthy, CanaryReasons.Serving, Conditions.True), (world.Status.Phase, world.Status.Reason, Conditions.Find(world.Status.Conditions, "Ready")!.Status));
        await world.AssertQuietAsync();
        world.Restart();
        await world.AssertQuietAsync();
        Assert.Single(world.Events, e => e is { Warning: true, Reason: CanaryMissing.VersionMissing });
        Assert.Equal((0, 0), (world.Templates, world.Failed5xx));
        Assert.Equal(traffic, world.Arms());

        world.Versions["diamonds-1"] = Version("diamonds-1");
        world.Wake();
        await world.PassAsync(1);
        Assert.Null(Condition(world));
        await world.AssertQuietAsync();
        Assert.Equal(0, world.Templates);
        Lose(world, "diamonds-1");
        await world.PassAsync(1);
        Assert.Equal(2, world.Events.Count(e => e.Reason == CanaryMissing.VersionMissing));
    }

    [Fact]
    public async Task Its_pods_still_follow_the_size_that_is_asked_for_and_nothing_else()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        Lose(world, "diamonds-1");
        await world.PassAsync(1);
        world.Change(c => c with { Spec = c.Spec with { Server = new() { Replicas = 3, MaxConcurrentRequests = 7 } } });
        await world.PassAsync(10);
        Assert.Equal((3, 0), (world.Deployments["diamonds-1"].Spec!.Replicas, world.Templates));
        world.Versions["diamonds-1"] = Version("diamonds-1");
        world.Wake();
        await world.PassAsync(10);
        Assert.Equal(1, world.Templates);
    }

    [Fact]
    public async Task A_rollback_onto_a_version_that_is_gone_takes_all_traffic_back()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(50), Gate()]));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Lose(world, "diamonds-1");
        await world.PassAsync(2);
        Assert.Equal(CanaryReasons.StepGate, world.Status.Reason);
        Assert.Contains("ModelVersion diamonds-1 is gone", Condition(world)!.Message, StringComparison.Ordinal);
        world.Command("abort 1");
        await world.UntilAsync(s => s is { Phase: CanaryPhase.Degraded, Retiring: null });
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        Assert.NotNull(Condition(world));
        Assert.Single(world.Events, e => e.Reason == CanaryMissing.VersionMissing);
    }

    [Fact]
    public async Task Of_a_version_under_test_the_phase_tells_and_the_condition_repeats_it_without_an_event()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(50), Gate()]));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Lose(world, "diamonds-2");
        await world.PassAsync(2);
        Assert.Equal(CanaryReasons.VersionDeleted, world.Status.Reason);
        Assert.Contains("ModelVersion diamonds-2 is gone", Condition(world)!.Message, StringComparison.Ordinal);
        await world.AssertQuietAsync();
        Assert.Equal((1, 0), (world.Events.Count(e => e.Reason == CanaryReasons.VersionDeleted), world.Events.Count(e => e.Reason == CanaryMissing.VersionMissing)));
        // The stable one too: that is news.
        Lose(world, "diamonds-1");
        await world.PassAsync(2);
        Assert.Single(world.Events, e => e.Reason == CanaryMissing.VersionMissing);
    }

    private static void Lose(ToyWorld world, string version)
    {
        world.Versions.Remove(version);
        world.Wake();
    }

    private static V1Condition? Condition(ToyWorld world) => Conditions.Find(world.Status.Conditions, CanaryMissing.VersionMissing);
}

using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>An autoscaler of the CanaryDeployment in the middle of a canary.</summary>
public sealed class CanaryScaleTests
{
    private static void Scale(ToyWorld world, int replicas) => world.Change(c => c with { Spec = c.Spec with { Server = new() { Replicas = replicas } } });

    [Fact]
    public async Task The_stable_version_follows_the_autoscaler_and_does_not_shrink_beside_a_canary()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(50), Gate()]));
        Scale(world, 4);
        await world.UntilAsync(s => s.Replicas == 4, 30);
        Assert.Equal("modeloperator.io/canary=prices,modeloperator.io/component=server,modeloperator.io/version=diamonds-1", world.Status.Selector);
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Assert.Equal(1, world.Deployments["diamonds-2"].Spec!.Replicas);
        // Half the traffic is gone, and the autoscaler saves.
        Scale(world, 2);
        await world.PassAsync(30);
        Assert.Equal((4, 4), (world.Deployments["diamonds-1"].Spec!.Replicas, world.Status.FullReplicas));
        world.Command("abort 1");
        await world.UntilAsync(s => s is { Phase: CanaryPhase.Degraded, Replicas: 2 });
        Assert.Null(world.Status.FullReplicas);
    }

    [Fact]
    public async Task In_the_watch_after_the_switch_the_autoscaler_looks_at_the_version_that_works()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec() with { Strategy = new() { Steps = [Weight(50)], BakeTimeSeconds = 120 }, Server = new() { Replicas = 3 } });
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Baking);
        Assert.EndsWith("=diamonds-2", world.Status.Selector, StringComparison.Ordinal);
        Scale(world, 1);
        await world.PassAsync(20);
        Assert.Equal((3, 3), (world.Deployments["diamonds-1"].Spec!.Replicas, world.Deployments["diamonds-2"].Spec!.Replicas));
        Scale(world, 5);
        await world.PassAsync(20);
        Assert.Equal((5, 5), (world.Deployments["diamonds-1"].Spec!.Replicas, world.Deployments["diamonds-2"].Spec!.Replicas));
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Reason: CanaryReasons.Serving });
        Assert.Equal(0, world.Failed5xx);
    }

    [Fact]
    public async Task A_ratio_of_pods_is_reached_beside_the_pods_that_the_stable_version_keeps()
    {
        var world = await CanaryStoryTests.ServingAsync(Routed(RouterKind.Replicas, Weight(50), Gate()));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Scale(world, 1);
        await world.PassAsync(30);
        Assert.Equal((3, 3), (world.Deployments["diamonds-1"].Spec!.Replicas, world.Deployments["diamonds-2"].Spec!.Replicas));
        Assert.Equal((CanaryReasons.StepGate, 50, true), (world.Status.Reason, world.Status.Weights!.Canary, world.Status.Weights.Verified));
    }

    [Fact]
    public async Task A_canary_that_takes_everything_in_a_step_is_as_large_as_the_stable_version()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(50), Gate(), Weight(100), Gate()]) with { Server = new() { Replicas = 4 } });
        world.Target("diamonds-2");
        await world.UntilAsync(s => s is { Reason: CanaryReasons.StepGate, StepIndex: 1 });
        Assert.Equal(1, world.Deployments["diamonds-2"].Spec!.Replicas);
        world.Command("promote 1");
        await world.UntilAsync(s => s is { StepIndex: 2, Reason: CanaryReasons.WaitForPods });
        Assert.Equal(50, world.Status.Weights!.Canary);
        await world.UntilAsync(s => s is { StepIndex: 3, Reason: CanaryReasons.StepGate });
        Assert.Equal((4, 100), (world.Deployments["diamonds-2"].Spec!.Replicas, world.Status.Weights!.Canary));
    }
}

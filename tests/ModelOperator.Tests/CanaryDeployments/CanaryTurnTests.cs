using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Going back fast, Pods that stay after an abort, and canaries that wait for others.</summary>
public sealed class CanaryTurnTests
{
    private static async Task<ToyWorld> OnThirdAsync(RollbackWindow window)
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(5), Gate()]) with { RollbackWindow = window });
        foreach (var version in new[] { "diamonds-2", "diamonds-3" })
        {
            world.Target(version);
            await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
            world.Command("promote-full " + version);
            await world.UntilAsync(s => s.StableVersion == version && s.Retiring is null);
        }

        return world;
    }

    [Theory]
    [InlineData("diamonds-2", 1, null, true)]
    [InlineData("diamonds-1", 1, null, false)]
    [InlineData("diamonds-1", 2, null, true)]
    [InlineData("diamonds-4", 9, null, false)]
    [InlineData("diamonds-2", null, 1000, true)]
    [InlineData("diamonds-2", null, 10, false)]
    [InlineData("diamonds-2", 1, 10, false)]
    public async Task Only_a_version_that_was_stable_within_the_window_skips_the_steps(string target, int? revisions, int? seconds, bool fast)
    {
        var world = await OnThirdAsync(new() { Revisions = revisions, Seconds = seconds });
        world.Target(target);
        await world.UntilAsync(s => s.StableVersion == target || s.Reason == CanaryReasons.StepGate, 120);
        Assert.Equal(fast, world.Status.StableVersion == target);
        if (fast)
            Assert.Equal(("Promoted", CanaryReasons.FastRollback), (world.Status.History![^1].Outcome, world.Status.History[^1].Reason));
        Assert.Equal(0, world.Failed5xx);
    }

    [Fact]
    public async Task Going_back_fast_asks_for_no_watch_and_waits_for_nobody()
    {
        var world = await OnThirdAsync(new() { Revisions = 1 });
        world.Ahead.Add("other");
        world.Change(c => c with { Spec = c.Spec with { Strategy = c.Spec.Strategy! with { BakeTimeSeconds = 3600, MaxConcurrentPerNamespace = 1 } } });
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.StableVersion == "diamonds-2", 60);
    }

    [Fact]
    public async Task The_pods_of_a_version_that_was_rolled_back_stay_for_their_own_delay()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec() with { Strategy = new() { Steps = [Weight(5), Gate()], ScaleDownDelaySeconds = 10, AbortScaleDownDelaySeconds = 300 } });
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        world.Command("abort 1");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        await world.PassAsync(280);
        Assert.Contains("diamonds-2", world.Deployments.Keys);
        await world.UntilAsync(s => s.Retiring is null, 60);
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
    }

    [Fact]
    public async Task A_canary_waits_for_its_turn_says_for_whom_and_keeps_its_place_when_superseded()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(5), Gate()]) with { Strategy = new() { Steps = [Weight(5), Gate()], MaxConcurrentPerNamespace = 2 } });
        world.Ahead.Add("a");
        world.Ahead.Add("b");
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.WaitForTurn);
        Assert.Contains("waits for a, b: spec.strategy.maxConcurrentPerNamespace is 2", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
        await world.AssertQuietAsync(120);
        world.Ahead.Remove("a");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        world.Ahead.Add("c");
        world.Target("diamonds-3");
        await world.UntilAsync(s => s is { CanaryVersion: "diamonds-3", Reason: CanaryReasons.StepGate });
        world.Command("abort 1");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        world.Command("retry 2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.WaitForTurn);
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
        world.Ahead.Clear();
        await world.UntilAsync(s => s is { CanaryVersion: "diamonds-3", Reason: CanaryReasons.StepGate });
    }

    [Fact]
    public void Those_under_way_come_first_then_those_that_wait_and_are_older_and_of_equals_the_first_by_name()
    {
        V1CanaryDeployment Other(string name, int minute, CanaryDeploymentStatus? status, bool suspended = false) => new()
        {
            Metadata = new() { Name = name, Uid = name, NamespaceProperty = "shop", CreationTimestamp = Start.AddMinutes(minute) },
            Spec = Spec() with { VersionRef = new() { Name = "diamonds-2" }, Suspend = suspended },
            Status = status,
        };
        var waiting = new CanaryDeploymentStatus { StableVersion = "diamonds-1", Reason = CanaryReasons.WaitForTurn };
        var me = Other("m", 5, waiting);
        Assert.Equal(["young", "old", "a"], CanaryTurns.Ahead(me,
        [
            me, Other("young", 9, waiting with { CanaryVersion = "diamonds-2" }), Other("old", 1, waiting), Other("a", 5, waiting), Other("z", 5, waiting), Other("later", 6, waiting),
            Other("asleep", 1, waiting, suspended: true), Other("stuck", 1, waiting with { Reason = CanaryReasons.VersionNotReady }), Other("new", 1, null),
        ]).ToArray());
    }
}

using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>What people command, and how they stop everything.</summary>
public sealed class CanaryCommandTests
{
    private static async Task<ToyWorld> AtGateAsync(CanaryDeploymentSpec? spec = null)
    {
        var world = await CanaryStoryTests.ServingAsync(spec ?? Spec([Weight(20), Gate(), Weight(50), Judged()]));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        return world;
    }

    [Fact]
    public async Task A_full_promotion_skips_the_steps_and_keeps_the_watch_and_is_recorded_so()
    {
        var world = await AtGateAsync(Spec([Weight(20), Gate(), Weight(50), Gate()]) with { Strategy = new() { Steps = [Weight(20), Gate(), Gate()], BakeTimeSeconds = 60 }, Server = new() { Replicas = 3 } });
        world.Command("promote-full 1");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Baking, 60);
        Assert.Equal(("Accepted", 100, "diamonds-1"), (world.Status.LastCommand!.Result, world.Status.Weights!.Canary, world.Status.StableVersion));
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Reason: CanaryReasons.Serving }, 120);
        Assert.Equal((CanaryReasons.PromotedInFull, null), (world.Status.History![^1].Reason, world.Status.StepsSkipped));
        Assert.Equal(0, world.Failed5xx);
    }

    [Fact]
    public async Task A_skip_passes_a_metrics_outage_and_a_promote_does_not()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(20), Pause(600), Gate()]));
        world.Traffic.Down = true;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        world.Command("promote 1");
        await world.PassAsync(2);
        Assert.StartsWith("Rejected", world.Status.LastCommand!.Result, StringComparison.Ordinal);
        world.Command("skip 2");
        await world.PassAsync(2);
        Assert.Equal(("Accepted", 2), (world.Status.LastCommand!.Result, world.Status.StepIndex));
    }

    [Theory]
    [InlineData("promote")]
    [InlineData("skip")]
    public async Task A_command_that_comes_before_the_gateway_confirms_is_told_and_carried_out_when_it_does(string action)
    {
        var world = await AtGateAsync();
        world.RequestsPerSecond = 0;
        world.GatewayDown = true;
        world.Wake();
        await world.PassAsync(2);
        world.Command(action + " 1");
        await world.PassAsync(120);
        Assert.Equal((CanaryReasons.WaitForWeights, 1, null), (world.Status.Reason, world.Status.StepIndex, world.Status.LastCommand));
        Assert.EndsWith($" Then command {action} 1 is carried out; without the annotation it is not.", world.Status.Message, StringComparison.Ordinal);
        var writes = world.Writes;
        await world.PassAsync(60);
        Assert.Equal(writes, world.Writes);
        world.GatewayDown = false;
        await world.UntilAsync(s => s.LastCommand is not null);
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
        Assert.True(world.Status.StepIndex > 1);
        Assert.Single(world.Events, e => e.Reason == CanaryReasons.CommandAccepted);
    }

    [Fact]
    public async Task A_command_that_waits_passes_no_wait_behind_the_step_that_it_met()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(20), Pause(600)]));
        world.GatewayDown = true;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.WaitForWeights);
        world.Command("promote 1");
        await world.PassAsync(10);
        world.GatewayDown = false;
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepPause);
        await world.PassAsync(60);
        Assert.Equal(("Accepted", 1, CanaryReasons.StepPause), (world.Status.LastCommand!.Result, world.Status.StepIndex, world.Status.Reason));
    }

    [Fact]
    public async Task A_command_that_waits_is_taken_back_by_another_one_or_without_the_annotation()
    {
        var world = await AtGateAsync();
        await InOutageAsync(world, "promote 1");
        world.Uncommand();
        await world.PassAsync(5);
        Assert.DoesNotContain("promote 1", world.Status.Message, StringComparison.Ordinal);
        world.GatewayDown = false;
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Assert.Null(world.Status.LastCommand);
        await InOutageAsync(world, "promote 2");
        world.Command("abort 3");
        await world.PassAsync(2);
        Assert.Equal(("abort", "Accepted", "diamonds-2"), (world.Status.LastCommand!.Action, world.Status.LastCommand.Result, world.Status.RejectedVersion));
    }

    [Fact]
    public async Task A_command_that_waits_is_not_given_to_the_next_version()
    {
        var world = await AtGateAsync();
        await InOutageAsync(world, "promote 1");
        world.Target("diamonds-3");
        await world.PassAsync(5);
        Assert.Equal(("diamonds-3", "Rejected: nothing to promote in phase Progressing (CanaryStarted)."), (world.Status.CanaryVersion, world.Status.LastCommand!.Result));
    }

    [Fact]
    public async Task A_pause_by_command_holds_the_canary_in_its_status_and_a_resume_lets_it_go()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Weights!.Canary == 5);
        world.Command("pause 1");
        await world.UntilAsync(s => s.Reason == CanaryReasons.PausedByUser);
        var generation = world.Canary.Metadata.Generation;
        world.Restart();
        await world.AssertQuietAsync(300);
        Assert.Equal((5, false, generation), (world.Status.Weights!.Canary, world.Canary.Spec.Paused, world.Canary.Metadata.Generation));
        Assert.Contains("resume <id>", world.Status.Message, StringComparison.Ordinal);
        world.Command("resume 2");
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
        Assert.Equal((null, "Accepted"), (world.Status.PausedAt, world.Status.LastCommand!.Result));
    }

    [Fact]
    public async Task Harm_under_a_pause_by_command_rolls_back_and_the_pause_ends_with_its_canary()
    {
        var world = await AtGateAsync();
        world.Command("pause 1");
        await world.UntilAsync(s => s.Reason == CanaryReasons.PausedByUser);
        world.ErrorRate["diamonds-2"] = 0.9;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Null(world.Status.PausedAt);
    }

    [Fact]
    public async Task A_newer_version_supersedes_a_paused_one_and_is_not_paused()
    {
        var world = await AtGateAsync();
        world.Command("pause 1");
        await world.UntilAsync(s => s.PausedAt is not null);
        world.Target("diamonds-3");
        await world.UntilAsync(s => s is { CanaryVersion: "diamonds-3", Reason: CanaryReasons.StepGate });
        Assert.Null(world.Status.PausedAt);
    }

    [Fact]
    public async Task A_suspended_canary_is_left_alone_whatever_happens_and_goes_on_afterwards()
    {
        var world = await AtGateAsync();
        world.Change(c => c with { Spec = c.Spec with { Suspend = true } });
        await world.UntilAsync(s => s.Reason == CanaryReasons.Suspended);
        var queries = world.Traffic.Queries;
        world.ErrorRate["diamonds-2"] = 0.9;
        world.Target("diamonds-3");
        world.Command("abort 1");
        await world.PassAsync(600);
        Assert.Equal(("diamonds-2", 20, queries), (world.Status.CanaryVersion, world.Status.Weights!.Canary, world.Traffic.Queries));
        Assert.StartsWith("Rejected", world.Status.LastCommand!.Result, StringComparison.Ordinal);
        await world.AssertQuietAsync();
        world.Change(c => c with { Spec = c.Spec with { Suspend = false } });
        await world.UntilAsync(s => s is { CanaryVersion: "diamonds-3", Reason: CanaryReasons.StepGate });
    }

    [Fact]
    public async Task Readiness_that_flaps_does_not_turn_the_deadline_back()
    {
        var world = await AtGateAsync(Spec([Weight(20), Gate()]) with { ProgressDeadlineSeconds = 60 });
        world.RequestsPerSecond = 0;
        for (var flap = 0; flap < 20 && world.Status.CanaryVersion is not null; flap++)
        {
            world.BrokenPods.Add("diamonds-2");
            await world.PassAsync(10);
            world.BrokenPods.Clear();
            await world.PassAsync(15);
        }

        Assert.Equal((CanaryReasons.ProgressDeadlineExceeded, "diamonds-2"), (world.Status.LastDecision!.Reason, world.Status.RejectedVersion));
    }

    [Fact]
    public void A_shortage_adds_up_until_the_pods_were_whole_for_the_whole_deadline()
    {
        var deadline = TimeSpan.FromSeconds(60);
        CanaryShortage? At(CanaryShortage? old, bool whole, int second) => CanaryShortage.Next(old, whole, deadline, Start.AddSeconds(second));
        var first = At(null, false, 0);
        var whole = At(At(first, false, 5), true, 20);
        Assert.Equal((20, (DateTimeOffset?)Start.AddSeconds(20)), (whole!.Seconds, whole.WholeSince));
        Assert.Equal(TimeSpan.FromSeconds(30), At(whole, false, 40)!.Total(Start.AddSeconds(50)));
        Assert.Equal(TimeSpan.FromSeconds(10), At(whole, false, 90)!.Total(Start.AddSeconds(100)));
        Assert.Null(At(null, true, 0));
    }

    /// <summary>A command that comes while the gateway does not answer.</summary>
    private static async Task InOutageAsync(ToyWorld world, string command)
    {
        world.GatewayDown = true;
        world.Wake();
        await world.PassAsync(2);
        world.Command(command);
        await world.PassAsync(5);
    }
}

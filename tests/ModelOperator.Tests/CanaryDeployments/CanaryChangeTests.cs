using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>What people and the cluster do in the middle of a canary.</summary>
public sealed class CanaryChangeTests
{
    private static async Task<ToyWorld> AtGateAsync(CanaryDeploymentSpec? spec = null)
    {
        var world = await CanaryStoryTests.ServingAsync(spec ?? Spec([Weight(20), Gate()]));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        return world;
    }

    [Fact]
    public async Task A_newer_version_supersedes_the_canary_starts_at_weight_0_and_the_old_pods_stay_for_the_delay()
    {
        var world = await AtGateAsync();
        world.Target("diamonds-3");
        await world.PassAsync(1);
        Assert.Equal(("diamonds-3", 0), (world.Status.CanaryVersion, world.Status.Weights!.Canary));
        Assert.Contains(world.Status.Retiring!, r => r.Version == "diamonds-2");
        Assert.Equal("Superseded", world.Status.History![^1].Outcome);
        await world.PassAsync(20);
        Assert.Contains("diamonds-2", world.Deployments.Keys);
        await world.UntilAsync(s => s.Retiring is null);
        Assert.DoesNotContain("diamonds-2", world.Deployments.Keys);
        Assert.Equal(0, world.Failed5xx);
        world.Command("promote x");
        await world.UntilAsync(s => s.StableVersion == "diamonds-3");
    }

    [Fact]
    public async Task Versions_that_change_faster_than_the_gateway_listens_lose_no_pod_that_has_traffic()
    {
        var world = await AtGateAsync();
        world.GatewayDown = true;
        foreach (var version in new[] { "3", "4", "3", "4", "2", "3", "4", "3" })
        {
            world.Target("diamonds-" + version);
            await world.PassAsync(2);
        }

        await world.PassAsync(120);
        Assert.Contains("diamonds-2", world.Deployments.Keys);
        world.GatewayDown = false;
        world.Command("promote y");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate && s.CanaryVersion == "diamonds-3" && s.Retiring is null);
        Assert.Equal(0, world.Failed5xx);
    }

    [Fact]
    public async Task A_target_that_goes_back_to_stable_ends_the_canary_without_rejecting_it()
    {
        var world = await AtGateAsync();
        world.Target("diamonds-1");
        await world.UntilAsync(s => s is { Phase: CanaryPhase.Healthy, Reason: CanaryReasons.Serving, Retiring: null });
        Assert.Null(world.Status.RejectedVersion);
        Assert.Equal(CanaryReasons.Superseded, world.Status.LastDecision!.Reason);
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task A_rejected_version_stays_rejected_until_another_version_is_named()
    {
        var world = await AtGateAsync();
        world.Command("abort 1");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        world.Restart();
        await world.PassAsync(600);
        Assert.Equal((null, "diamonds-2"), (world.Status.CanaryVersion, world.Status.RejectedVersion));
        world.Target("diamonds-3");
        await world.UntilAsync(s => s.CanaryVersion == "diamonds-3");
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.CanaryVersion == "diamonds-2");
    }

    [Fact]
    public async Task A_version_deleted_in_the_middle_of_its_canary_leaves_the_traffic_as_it_is()
    {
        var world = await AtGateAsync();
        world.Versions.Remove("diamonds-2");
        world.Wake();
        await world.PassAsync(5);
        Assert.Equal((CanaryPhase.Paused, CanaryReasons.VersionDeleted, 20), (world.Status.Phase, world.Status.Reason, world.Status.Weights!.Canary));
        Assert.Contains("diamonds-2", world.Deployments.Keys);
        await world.AssertQuietAsync(300);
        world.ErrorRate["diamonds-2"] = 0.9;
        await world.UntilAsync(s => s.RejectedVersion == "diamonds-2");
    }

    [Fact]
    public async Task A_deleted_version_whose_pods_die_loses_its_traffic()
    {
        var world = await AtGateAsync();
        world.Versions.Remove("diamonds-2");
        world.Wake();
        await world.PassAsync(5);
        world.BrokenPods.Add("diamonds-2");
        await world.PassAsync(2000);
        Assert.Equal((CanaryReasons.VersionDeleted, 0), (world.Status.Reason, world.Status.Weights!.Canary));
    }

    [Fact]
    public async Task A_target_that_does_not_exist_stops_nothing_that_protects_users()
    {
        var world = await AtGateAsync();
        world.Target("diamonds-9");
        await world.PassAsync(5);
        Assert.Equal((CanaryReasons.VersionNotFound, "diamonds-2", 20), (world.Status.Reason, world.Status.CanaryVersion, world.Status.Weights!.Canary));
        await world.AssertQuietAsync(120);
        world.ErrorRate["diamonds-2"] = 0.9;
        await world.UntilAsync(s => s.LastDecision is { Action: "Rollback", Metric: "errors" });
        await world.UntilAsync(s => s is { Reason: CanaryReasons.VersionNotFound, Phase: CanaryPhase.Degraded, Retiring: null });
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task A_spec_that_became_invalid_still_rolls_back_harm_through_the_gateway()
    {
        var world = await AtGateAsync();
        world.Change(c => c with { Spec = c.Spec with { Server = new() { Limits = new Dictionary<string, string> { ["memory"] = "lots" } } } });
        await world.PassAsync(3);
        Assert.Equal(CanaryReasons.InvalidSpec, world.Status.Reason);
        world.ErrorRate["diamonds-2"] = 0.9;
        await world.UntilAsync(s => s.RejectedVersion == "diamonds-2");
        await world.PassAsync(5);
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        Assert.True(world.Status.Weights!.Verified);
    }

    [Fact]
    public async Task An_abort_is_obeyed_while_the_target_is_unusable()
    {
        var world = await AtGateAsync();
        world.Target("diamonds-9");
        await world.PassAsync(2);
        world.Command("abort 5");
        await world.PassAsync(5);
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
        Assert.Equal("diamonds-2", world.Status.RejectedVersion);
    }

    [Fact]
    public async Task A_canary_whose_pods_never_come_is_rolled_back_at_the_deadline()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec() with { ProgressDeadlineSeconds = 60 });
        world.BrokenPods.Add("diamonds-2");
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.WaitForPods);
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 70);
        Assert.Equal(CanaryReasons.ProgressDeadlineExceeded, world.Status.LastDecision!.Reason);
        Assert.Equal(0, world.Failed5xx);
    }

    [Fact]
    public async Task Pods_lost_hours_into_a_gate_get_the_whole_deadline_again()
    {
        var world = await AtGateAsync(Spec([Weight(20), Gate()]) with { ProgressDeadlineSeconds = 60 });
        await world.PassAsync(2000);
        world.RequestsPerSecond = 0;
        world.BrokenPods.Add("diamonds-2");
        await world.PassAsync(10);
        Assert.Equal((CanaryReasons.WaitForPods, 0, "diamonds-2"), (world.Status.Reason, world.Status.Weights!.Canary, world.Status.CanaryVersion));
        world.BrokenPods.Remove("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate && s.Weights!.Canary == 20, 30);
    }

    [Fact]
    public async Task The_first_version_that_does_not_start_stalls_after_the_deadline_and_goes_on_when_it_does()
    {
        var world = new ToyWorld(Spec() with { ProgressDeadlineSeconds = 30 });
        world.BrokenPods.Add("diamonds-1");
        await world.UntilAsync(s => s.Reason == CanaryReasons.ProgressDeadlineExceeded);
        Assert.Equal("True", world.Status.Conditions!.First(c => c.Type == "Stalled").Status);
        await world.AssertQuietAsync();
        world.BrokenPods.Clear();
        await world.UntilAsync(s => s.Phase == CanaryPhase.Healthy);
    }

    [Fact]
    public async Task A_foreign_service_stops_everything_and_the_canary_begins_when_it_is_gone()
    {
        var world = new ToyWorld(Spec()) { Conflict = "spec.service: a Service prices exists and is not ours" };
        await world.PassAsync(60);
        Assert.Equal(CanaryReasons.ServiceConflict, world.Status.Reason);
        Assert.Empty(world.Deployments);
        Assert.Null(world.Gateway);
        await world.AssertQuietAsync();
        world.Conflict = null;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Healthy);
    }

    [Fact]
    public async Task An_upgrade_of_the_images_restarts_no_pod_and_a_changed_server_does()
    {
        var world = await AtGateAsync();
        world.Options = world.Options with { OperatorImage = "operator:2", ServerImage = "server:2", GatewayImage = "gateway:2", StoreUrl = "http://elsewhere" };
        world.Restart();
        await world.PassAsync(30);
        Assert.Equal(0, world.Templates);
        Assert.Equal(CanaryReasons.StepGate, world.Status.Reason);
        world.Change(c => c with { Spec = c.Spec with { Server = new() { Image = "mine:3" } } });
        await world.PassAsync(1);
        Assert.Equal(2, world.Templates);
        Assert.Equal("mine:3", world.Deployments["diamonds-1"].Spec!.Template!.Spec!.Containers![0].Image);
        Assert.Equal(0, world.Failed5xx);
    }
}

using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes.Runtime;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Replicas that follow the requests, down to none and back.</summary>
public sealed class CanaryAutoscaleStoryTests
{
    private static CanaryDeploymentSpec Scaled(int least = 0, params IReadOnlyList<CanaryStep> steps) => Spec(steps.Count == 0 ? null : steps) with
    {
        Server = new() { Autoscale = new() { MinReplicas = least, MaxReplicas = 10, TargetInFlight = 10, IdleSeconds = 60, HoldSeconds = 30, ScaleDownSeconds = 120 } },
    };

    private static async Task<ToyWorld> AsleepAsync(params IReadOnlyList<CanaryStep> steps)
    {
        var world = await CanaryStoryTests.ServingAsync(Scaled(0, steps));
        world.RequestsPerSecond = 0;
        await world.UntilAsync(s => s is { Autoscale.Replicas: 0, Reason: CanaryReasons.ScaledToZero }, 120);
        await world.PassAsync(2);
        return world;
    }

    private static int Replicas(ToyWorld world, string version = "diamonds-1") => world.Deployments[version].Spec!.Replicas!.Value;

    [Fact]
    public async Task Replicas_rise_at_once_and_fall_when_nothing_has_asked_for_them_for_a_while()
    {
        var world = await CanaryStoryTests.ServingAsync(Scaled(2));
        Assert.Equal(2, Replicas(world));
        world.Demand.PerSecond = 550;
        await world.UntilAsync(_ => Replicas(world) == 6, 40);
        await world.PassAsync(180);
        Assert.Equal(6, Replicas(world));
        // The same load for long: nothing moves and nothing is written.
        var writes = world.Writes;
        await world.PassAsync(300);
        Assert.Equal(writes, world.Writes);
        world.Demand.PerSecond = 100;
        await world.PassAsync(110);
        Assert.Equal(6, Replicas(world));
        await world.UntilAsync(_ => Replicas(world) == 2, 120);
        world.Demand.PerSecond = 0;
        await world.PassAsync(600);
        Assert.Equal((2, 0d), (Replicas(world), world.Demand.Lost));
    }

    [Fact]
    public async Task Nothing_falls_while_a_gateway_does_not_say_what_it_has_to_do()
    {
        var world = await CanaryStoryTests.ServingAsync(Scaled());
        world.Demand.PerSecond = 300;
        await world.UntilAsync(_ => Replicas(world) == 3, 60);
        await world.PassAsync(150);
        world.Demand.Silent = true;
        world.Demand.PerSecond = 0;
        await world.PassAsync(900);
        Assert.Equal(3, Replicas(world));
        world.Demand.Silent = false;
        await world.UntilAsync(s => s.Autoscale!.Replicas == 0, 600);
    }

    [Fact]
    public async Task An_idle_version_goes_to_zero_and_the_first_request_brings_it_back()
    {
        var world = await AsleepAsync();
        Assert.Equal((0, CanaryPhase.Healthy), (Replicas(world), world.Status.Phase));
        Assert.Equal(Conditions.True, Conditions.Find(world.Status.Conditions, "Ready")!.Status);
        Assert.Equal(30, (int?)world.Served!["arms"]![0]!["holdSeconds"]);
        await world.AssertQuietAsync(600);
        Assert.Single(world.Events, e => e.Reason == CanaryReasons.ScaledToZero);
        world.Demand.PerSecond = 1;
        await world.PassAsync(1);
        world.Demand.PerSecond = 0;
        Assert.Equal(1, Replicas(world));
        Assert.Single(world.Events, e => e.Reason == CanaryReasons.ScaledFromZero);
        await world.UntilAsync(s => s is { Reason: CanaryReasons.Serving, Autoscale.Holding: null }, 15);
        Assert.Equal((0, 0, 1), (world.Demand.Lost, world.Demand.TimedOut, world.Demand.Answered));
        Assert.DoesNotContain(world.Events, e => e.Warning);
        // And to sleep again.
        await world.UntilAsync(s => s.Autoscale!.Replicas == 0, 120);
    }

    [Fact]
    public async Task The_gateway_holds_requests_before_the_last_pod_goes_and_one_that_comes_in_between_keeps_it()
    {
        var world = await CanaryStoryTests.ServingAsync(Scaled());
        world.RequestsPerSecond = 0;
        await world.UntilAsync(s => s.Autoscale is { Holding: true }, 120);
        Assert.Equal(1, Replicas(world));
        world.Demand.PerSecond = 1;
        await world.PassAsync(20);
        Assert.Equal((1, null), (world.Status.Autoscale!.Replicas, world.Status.Autoscale.Holding));
        Assert.Equal(0, world.Demand.Lost);
    }

    [Fact]
    public async Task A_server_that_cannot_start_is_told_when_requests_have_waited_in_vain()
    {
        var world = await AsleepAsync();
        world.BrokenPods.Add("diamonds-1");
        world.Demand.PerSecond = 1;
        await world.PassAsync(10);
        Assert.Equal((CanaryReasons.ScaledFromZero, Conditions.False), (world.Status.Reason, Conditions.Find(world.Status.Conditions, "Stalled")!.Status));
        await world.PassAsync(30);
        Assert.Equal((CanaryReasons.StableUnavailable, Conditions.True), (world.Status.Reason, Conditions.Find(world.Status.Conditions, "Stalled")!.Status));
        Assert.Single(world.Events, e => e is { Warning: true, Reason: CanaryReasons.StableUnavailable });
        Assert.True(world.Demand is { TimedOut: > 0, Lost: 0 });
        // It does not go back to sleep: that would hide it.
        world.Demand.PerSecond = 0;
        await world.PassAsync(300);
        Assert.True(Replicas(world) > 0);
        world.BrokenPods.Clear();
        world.Demand.PerSecond = 1;
        await world.UntilAsync(s => s.Reason == CanaryReasons.Serving, 30);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restart_of_operator_or_gateway_wakes_nobody_and_loses_nothing(bool operators)
    {
        var world = await AsleepAsync();
        if (operators)
            world.Restart();
        else
            world.Demand.Restart(world.Now);
        world.Wake();
        await world.PassAsync(30);
        Assert.Equal(0, Replicas(world));
        world.Demand.PerSecond = 5;
        await world.UntilAsync(s => s.Reason == CanaryReasons.Serving, 30);
        Assert.Equal((0, 0), (world.Demand.Lost, world.Demand.TimedOut));
    }

    [Fact]
    public async Task A_canary_of_an_idle_version_starts_it_first_and_keeps_it()
    {
        var world = await AsleepAsync(Weight(50), Gate());
        world.Target("diamonds-2");
        await world.UntilAsync(s => s is { Reason: CanaryReasons.StepGate });
        Assert.Equal((1, 1), (Replicas(world), Replicas(world, "diamonds-2")));
        await world.PassAsync(300);
        Assert.Equal((1, 1), (Replicas(world), Replicas(world, "diamonds-2")));
        world.Command("promote 1");
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Autoscale.Replicas: 0, CanaryVersion: null, Retiring: null });
        await world.PassAsync(2);
        Assert.Equal(0, Replicas(world, "diamonds-2"));
        Assert.Equal(0, world.Demand.Lost);
    }

    [Fact]
    public async Task After_a_rollback_the_version_that_serves_sleeps_and_wakes_like_any_other_and_the_rollback_stays_told()
    {
        var world = await RolledBackAsync();
        Assert.Equal(1, Replicas(world));
        await world.UntilAsync(s => s is { Autoscale.Replicas: 0 }, 120);
        await world.PassAsync(2);
        AssertRolledBack(world);
        Assert.Contains("diamonds-1 is scaled to zero: no requests for 60 s.", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal((0, 30), (Replicas(world), (int?)world.Served!["arms"]![0]!["holdSeconds"]));
        await world.AssertQuietAsync(600);
        Assert.Single(world.Events, e => e.Reason == CanaryReasons.ScaledToZero);
        var told = world.Events.Count;
        world.Demand.PerSecond = 1;
        await world.PassAsync(1);
        world.Demand.PerSecond = 0;
        Assert.Equal(1, Replicas(world));
        await world.UntilAsync(s => s.Message!.EndsWith("It is being started.", StringComparison.Ordinal), 15);
        AssertRolledBack(world);
        await world.UntilAsync(s => s is { Reason: CanaryReasons.RolledBack, Autoscale.Holding: null }, 15);
        AssertRolledBack(world);
        Assert.DoesNotContain("zero", world.Status.Message, StringComparison.Ordinal);
        // Nothing was rolled back again: all there is to tell is that it was started.
        Assert.Equal([CanaryReasons.ScaledFromZero], world.Events.Skip(told).Select(static e => e.Reason));
        await world.UntilAsync(s => s.Autoscale!.Replicas == 0, 120);
        // Another try of the version that was refused starts the stable one first.
        world.Command("retry 2");
        await world.UntilAsync(s => s is { Reason: CanaryReasons.StepGate });
        Assert.Equal((1, 1), (Replicas(world), Replicas(world, "diamonds-2")));
        Assert.Equal((0, 0, 1), (world.Demand.Lost, world.Demand.TimedOut, world.Demand.Answered));
    }

    [Fact]
    public async Task A_rollback_that_is_not_done_keeps_its_replicas_and_so_does_a_version_that_cannot_be_seen_to_serve()
    {
        var world = await RolledBackAsync();
        world.Demand.Silent = true;
        await world.PassAsync(300);
        Assert.Equal(1, Replicas(world));
        world.Demand.Silent = false;
        await world.UntilAsync(s => s is { Autoscale.Replicas: 0 }, 200);
        // It cannot be started any more: what waits is told, and it does not go back to sleep.
        world.BrokenPods.Add("diamonds-1");
        world.Demand.PerSecond = 1;
        await world.UntilAsync(s => s.Reason == CanaryReasons.StableUnavailable, 60);
        world.Demand.PerSecond = 0;
        await world.PassAsync(300);
        Assert.True(Replicas(world) > 0);
        world.BrokenPods.Clear();
        world.Demand.PerSecond = 1;
        await world.UntilAsync(s => s is { Phase: CanaryPhase.Degraded, Reason: CanaryReasons.RolledBack, Autoscale.Holding: null }, 60);
        AssertRolledBack(world);
    }

    private static async Task<ToyWorld> RolledBackAsync()
    {
        var world = await CanaryStoryTests.ServingAsync(Scaled(0, Weight(50), Gate()));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s is { Reason: CanaryReasons.StepGate });
        world.RequestsPerSecond = 0;
        world.Command("abort 1");
        await world.UntilAsync(s => s is { Phase: CanaryPhase.Degraded, Reason: CanaryReasons.RolledBack });
        return world;
    }

    private static void AssertRolledBack(ToyWorld world)
    {
        Assert.Equal((CanaryPhase.Degraded, CanaryReasons.RolledBack, "diamonds-2"), (world.Status.Phase, world.Status.Reason, world.Status.RejectedVersion));
        Assert.Equal(Conditions.True, Conditions.Find(world.Status.Conditions, "Stalled")!.Status);
    }

    [Fact]
    public async Task Taken_away_while_asleep_it_holds_on_until_there_is_a_server()
    {
        var world = await AsleepAsync();
        world.Demand.PerSecond = 1;
        world.Change(c => c with { Spec = c.Spec with { Server = null } });
        await world.UntilAsync(s => s is { Autoscale: null, Reason: CanaryReasons.Serving }, 60);
        Assert.Equal((1, 0), (Replicas(world), world.Demand.Lost));
    }

    [Fact]
    public async Task Dying_at_any_write_ends_the_same_and_loses_no_request()
    {
        for (var cut = 0; cut < 12; cut++)
        {
            var world = await CanaryStoryTests.ServingAsync(Scaled());
            world.RequestsPerSecond = 0;
            world.Cut = cut;
            await world.UntilAsync(s => s.Autoscale is { Replicas: 0 }, 200);
            world.Cut = cut;
            world.Demand.PerSecond = 2;
            await world.UntilAsync(s => s is { Reason: CanaryReasons.Serving, Autoscale: { Replicas: 1, Holding: null } }, 60);
            Assert.Equal((0, 0), (world.Demand.Lost, world.Demand.TimedOut));
        }
    }

    public static TheoryData<string, CanaryDeploymentSpec> Wrong() => new()
    {
        { "spec.server.autoscale: not allowed with spec.trafficRouting", Scaled() with { TrafficRouting = new() { GatewayAPI = new() { HttpRoute = "prices" } } } },
        { "spec.server.replicas: 3 is not allowed with spec.server.autoscale", Changed(s => s with { Replicas = 3 }) },
        { "spec.server.autoscale.maxReplicas: 1 is below minReplicas 2", Changed(s => s with { Autoscale = new() { MinReplicas = 2, MaxReplicas = 1 } }) },
        { "spec.server.autoscale: maxReplicas 2 needs targetInFlight", Changed(s => s with { Autoscale = new() { MaxReplicas = 2 } }) },
        { "spec.server.autoscale.targetInFlight: 0 is not allowed", Changed(s => s with { Autoscale = new() { MaxReplicas = 2, TargetInFlight = 0 } }) },
        { "spec.server.autoscale.idleSeconds: 3 is not allowed; it must be at least 30", Changed(s => s with { Autoscale = new() { MaxReplicas = 1, IdleSeconds = 3 } }) },
    };

    private static CanaryDeploymentSpec Changed(Func<ModelServerTemplate, ModelServerTemplate> change) => Scaled() with { Server = change(Scaled().Server!) };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_does_not_fit_is_refused_with_field_value_and_what_is_allowed(string beginning, CanaryDeploymentSpec spec) =>
        Assert.Contains(CanaryValidation.Problems(Of(spec)), problem => problem.StartsWith(beginning, StringComparison.Ordinal));

    [Fact]
    public void What_fits_is_taken()
    {
        Assert.Empty(CanaryValidation.Problems(Of(Scaled())));
        Assert.Empty(CanaryValidation.Problems(Of(Changed(s => s with { Autoscale = new() { MinReplicas = 0, MaxReplicas = 1 } }))));
    }
}

using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Whole canaries in the toy world; T1 to T7 are checked at every decision on the way.</summary>
public sealed class CanaryStoryTests
{
    internal static async Task<ToyWorld> ServingAsync(CanaryDeploymentSpec spec)
    {
        var world = new ToyWorld(spec);
        await world.UntilAsync(s => s.Phase == CanaryPhase.Healthy && s.Reason == CanaryReasons.Serving);
        return world;
    }

    [Fact]
    public async Task The_first_version_is_deployed_without_steps_and_gets_all_traffic()
    {
        var world = await ServingAsync(Spec());
        Assert.Equal("diamonds-1", world.Status.StableVersion);
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        Assert.Equal("Deployed", Assert.Single(world.Status.History!).Outcome);
        Assert.Contains(world.Events, e => e.Reason == CanaryReasons.Deployed);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task A_good_canary_goes_through_every_weight_and_is_promoted()
    {
        var world = await ServingAsync(Spec());
        world.Target("diamonds-2");
        HashSet<int> weights = [];
        await world.UntilAsync(s =>
        {
            weights.Add(s.Weights!.Canary);
            return s.StableVersion == "diamonds-2" && s.Reason == CanaryReasons.Serving;
        });
        Assert.Superset(new HashSet<int> { 0, 5, 50, 100 }, weights);
        Assert.Equal("Promoted", world.Status.History![^1].Outcome);
        Assert.Contains("diamonds-1", world.Deployments.Keys);
        await world.UntilAsync(s => s.Retiring is null);
        Assert.Equal(["diamonds-2"], world.Deployments.Keys);
        Assert.Equal(0, world.Failed5xx);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task A_canary_that_answers_errors_is_rolled_back_and_the_decision_names_all_its_numbers()
    {
        var world = await ServingAsync(Spec());
        world.ErrorRate["diamonds-2"] = 0.4;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        var decision = world.Status.LastDecision!;
        Assert.Equal(("Rollback", Reasons.HarmDetected, "errors"), (decision.Action, decision.Reason, decision.Metric));
        Assert.Equal("0", decision.Baseline);
        Assert.Equal("0.4", decision.Value);
        Assert.Equal("100", decision.Bound);
        Assert.True(decision.Samples > 0);
        Assert.Contains("worse than tolerated", decision.Message, StringComparison.Ordinal);
        Assert.Equal("diamonds-2", world.Status.RejectedVersion);
        Assert.Contains("retry <id>", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        await world.UntilAsync(s => s.Retiring is null);
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task A_canary_with_a_worse_rmse_is_rolled_back()
    {
        var world = await ServingAsync(Spec(null, Errors, Rmse));
        world.Rmse["diamonds-2"] = 30;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        var decision = world.Status.LastDecision!;
        Assert.Equal(("Rollback", Reasons.WorseThanStable, "rmse"), (decision.Action, decision.Reason, decision.Metric));
        Assert.Equal(("30", "10", "11"), (decision.Value, decision.Baseline, decision.Bound));
        Assert.True(decision.Samples >= 50);
    }

    [Fact]
    public async Task Harm_that_comes_only_at_a_gate_or_under_a_pause_rolls_back_too()
    {
        foreach (var steps in new CanaryStep[][] { [Weight(20), Gate()], [Weight(20), Pause(86400)] })
        {
            var world = await ServingAsync(Spec(steps));
            world.Target("diamonds-2");
            await world.UntilAsync(s => s.StepIndex == 1 && s.Analysis?.Metrics?[0].Verdict == "Successful");
            world.Change(c => c with { Spec = c.Spec with { Paused = true } });
            await world.PassAsync(20);
            Assert.Equal(CanaryPhase.Paused, world.Status.Phase);
            world.ErrorRate["diamonds-2"] = 0.9;
            await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
            Assert.Equal("errors", world.Status.LastDecision!.Metric);
        }
    }

    [Fact]
    public async Task A_metrics_outage_pauses_and_the_canary_goes_on_when_prometheus_is_back()
    {
        var world = await ServingAsync(Spec());
        world.Traffic.Down = true;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        Assert.Equal(CanaryPhase.Paused, world.Status.Phase);
        Assert.Equal(5, world.Status.Weights!.Canary);
        Assert.Contains("connection refused", world.Status.Message, StringComparison.Ordinal);
        await world.AssertQuietAsync(600);
        world.Traffic.Down = false;
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
    }

    [Fact]
    public async Task An_outage_still_holds_a_timed_pause_after_the_operator_was_restarted()
    {
        var world = await ServingAsync(Spec([Weight(5), Pause(120), Weight(50)]));
        world.Traffic.Down = true;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        await world.PassAsync(600);
        world.Restart();
        await world.AssertQuietAsync(300);
        Assert.Equal(1, world.Status.StepIndex);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_outage_that_holds_a_step_ends_with_the_first_answer_when_the_steps_change_under_it(bool job)
    {
        var world = await ServingAsync(job ? Spec([Weight(5), Judged()], Smoke with { ConsecutiveErrorLimit = 0 }) : Spec([Weight(5), Judged()]));
        world.Traffic.Down = true;
        world.JobEnd = "DeadlineExceeded";
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        world.Change(c => c with { Spec = c.Spec with { Strategy = new() { Steps = [Weight(5), Weight(50), Gate()] } } });
        await world.PassAsync(60);
        Assert.Equal((CanaryReasons.MetricsUnavailable, 1), (world.Status.Reason, world.Status.StepIndex));
        world.Traffic.Down = false;
        world.JobEnd = "Complete";
        await world.UntilAsync(s => s.StepIndex == 2);
    }

    [Fact]
    public async Task No_data_never_passes()
    {
        var world = await ServingAsync(Spec([Weight(5), Judged(300)]));
        world.RequestsPerSecond = 0;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.InconclusiveAnalysis);
        Assert.Equal(CanaryPhase.Paused, world.Status.Phase);
        await world.AssertQuietAsync(600);
        world.Command("promote now");
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
    }

    [Fact]
    public async Task No_data_never_passes_with_the_default_steps_either()
    {
        var world = await ServingAsync(Spec([]));
        world.RequestsPerSecond = 0;
        world.Target("diamonds-2");
        await world.PassAsync(3000);
        Assert.Equal("diamonds-1", world.Status.StableVersion);
    }

    [Fact]
    public async Task An_inconclusive_analysis_rolls_back_when_the_metric_says_so()
    {
        var world = await ServingAsync(Spec([Weight(5), Judged(60)], Errors with { OnInconclusive = MetricInconclusiveAction.Rollback }));
        world.RequestsPerSecond = 0;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal(CanaryReasons.InconclusiveAnalysis, world.Status.LastDecision!.Reason);
    }

    [Theory]
    [InlineData(GateTimeoutAction.Rollback, "diamonds-1")]
    [InlineData(GateTimeoutAction.Promote, "diamonds-2")]
    public async Task A_gate_that_nobody_answers_decides_by_itself(GateTimeoutAction then, string stable)
    {
        var world = await ServingAsync(Spec([Weight(5), Gate(120, then)]));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Assert.Contains("promote <id>", world.Status.Message, StringComparison.Ordinal);
        await world.UntilAsync(s => s.CanaryVersion is null && s.Weights is { Verified: true });
        Assert.Equal(stable, world.Status.StableVersion);
        Assert.Equal(then == GateTimeoutAction.Rollback ? CanaryReasons.GateTimedOut : CanaryReasons.AllStepsCompleted, world.Status.LastDecision!.Reason);
    }

    [Fact]
    public async Task A_gate_with_idle_metrics_writes_nothing_for_ten_minutes()
    {
        var world = await ServingAsync(Spec([Weight(5), Gate()], Errors, Rmse));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate && s.Analysis!.Metrics!.All(m => m.Verdict == "Successful"));
        world.RequestsPerSecond = 0;
        await world.PassAsync(60);
        var queries = world.Traffic.Queries;
        await world.AssertQuietAsync(600);
        Assert.True(world.Traffic.Queries > queries + 100, "the gate is watched on");
    }

    [Fact]
    public async Task Aborting_rolls_back_sticks_and_a_retry_tries_again()
    {
        var world = await ServingAsync(Spec([Weight(5), Gate()]));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        world.Command("abort 1");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal(CanaryReasons.AbortedByUser, world.Status.LastDecision!.Reason);
        await world.PassAsync(100);
        await world.AssertQuietAsync();
        world.Command("retry 2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Assert.Equal(("2", "Accepted"), (world.Status.LastCommand!.Id, world.Status.LastCommand.Result));
        world.Command("promote 3");
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s.Retiring is null);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task A_command_is_obeyed_once_even_across_a_restart()
    {
        var world = await ServingAsync(Spec([Weight(5), Gate(), Gate(), Gate()]));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        world.Command("promote 7");
        await world.UntilAsync(s => s.StepIndex == 2 && s.Reason == CanaryReasons.StepGate);
        world.Restart();
        await world.PassAsync(30);
        await world.AssertQuietAsync();
        Assert.Equal(2, world.Status.StepIndex);
        Assert.Single(world.Events, e => e.Reason == CanaryReasons.CommandAccepted);
    }

    [Fact]
    public async Task A_paused_spec_holds_the_weight_and_goes_on_afterwards()
    {
        var world = await ServingAsync(Spec());
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.CanaryVersion is not null);
        world.Change(c => c with { Spec = c.Spec with { Paused = true } });
        await world.UntilAsync(s => s.Reason == CanaryReasons.PausedByUser);
        Assert.Equal(0, world.Status.Weights!.Canary);
        await world.AssertQuietAsync(300);
        world.Change(c => c with { Spec = c.Spec with { Paused = false } });
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
    }

    [Fact]
    public async Task A_pause_in_the_middle_of_the_promotion_takes_no_traffic_back()
    {
        var world = await ServingAsync(Spec([Weight(50)]) with { Server = new() { Replicas = 3 } });
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Promoting);
        world.Change(c => c with { Spec = c.Spec with { Paused = true } });
        await world.PassAsync(60);
        Assert.Equal((CanaryPhase.Promoting, CanaryReasons.PausedByUser, 50), (world.Status.Phase, world.Status.Reason, world.Status.Weights!.Canary));
        await world.AssertQuietAsync();
        world.Change(c => c with { Spec = c.Spec with { Paused = false } });
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
        Assert.Equal(0, world.Failed5xx);
    }

    [Fact]
    public async Task Scaling_the_canary_up_for_its_promotion_never_takes_its_traffic_away()
    {
        var world = await ServingAsync(Spec([Weight(50)]) with { Server = new() { Replicas = 3 } });
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Weights!.Canary == 50);
        await world.UntilAsync(s =>
        {
            Assert.True(s.CanaryVersion is null || s.Weights!.Canary >= 50, $"fell to {s.Weights!.Canary} %");
            return s.StableVersion == "diamonds-2";
        });
    }
}

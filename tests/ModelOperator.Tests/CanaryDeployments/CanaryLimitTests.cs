using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Counters, limits, delays and conditions of a metric in whole canaries.</summary>
public sealed class CanaryLimitTests
{
    /// <summary>Errors of the version under test per window; the toy counts them with the label code="5..".</summary>
    private static readonly CanaryMetric Share = new()
    {
        Name = "share",
        Type = CanaryMetricType.Query,
        Query = "errors{version=\"{{version}}\",code=~\"5..\"}[{{window}}]",
        SamplesQuery = "requests{version=\"{{version}}\"}[{{window}}]",
        WindowSeconds = 5,
        MinSamples = 1,
        FailureCondition = "result > 0",
    };

    private static async Task<ToyWorld> BegunAsync(params CanaryMetric[] metrics)
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(50), Judged(600), Weight(60)], metrics));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.StepIndex == 1);
        return world;
    }

    private static CanaryMetricStatus Row(ToyWorld world) => world.Status.Analysis!.Metrics![0];

    [Fact]
    public async Task A_condition_that_holds_rolls_back_with_the_condition_in_the_decision()
    {
        var world = await BegunAsync(Share with { Count = 100 });
        world.ErrorRate["diamonds-2"] = 0.1;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal((Reasons.FailureConditionMet, "share"), (world.Status.LastDecision!.Reason, world.Status.LastDecision.Metric));
        Assert.Contains("failureCondition holds (result > 0): result is ", world.Status.LastDecision.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_count_takes_that_many_measurements_before_the_step_ends()
    {
        var world = await BegunAsync(Share with { Count = 6 });
        await world.PassAsync(24);
        Assert.Equal((1, "Running", 5), (world.Status.StepIndex!.Value, Row(world).Verdict, Row(world).Count));
        await world.UntilAsync(s => s.StepIndex == 2, 10);
    }

    [Fact]
    public async Task Successes_in_a_row_begin_anew_after_a_failure_that_was_tolerated()
    {
        var world = await BegunAsync(Share with { ConsecutiveSuccessLimit = 4, FailureLimit = 3 });
        await world.PassAsync(11);
        Assert.Equal(3, Row(world).ConsecutiveSuccesses);
        world.ErrorRate["diamonds-2"] = 0.1;
        await world.PassAsync(4);
        world.ErrorRate.Clear();
        await world.UntilAsync(_ => Row(world).Failed > 0, 10);
        Assert.Equal((1, null), (world.Status.StepIndex, Row(world).ConsecutiveSuccesses));
        await world.UntilAsync(s => s.StepIndex == 2, 60);
    }

    [Fact]
    public async Task Inconclusive_measurements_beyond_their_limit_pause_and_harm_still_rolls_back()
    {
        var metric = Share with { SuccessCondition = "result < 0 - 1", FailureCondition = "result > 0", InconclusiveLimit = 2 };
        var world = await BegunAsync(metric);
        await world.UntilAsync(s => s.Reason == CanaryReasons.InconclusiveAnalysis, 30);
        Assert.Equal((CanaryPhase.Paused, "Inconclusive", 3), (world.Status.Phase, Row(world).Verdict, Row(world).Inconclusive));
        await world.PassAsync(60);
        var writes = world.Writes;
        await world.PassAsync(60);
        Assert.InRange(world.Writes - writes, 0, 6);
        world.ErrorRate["diamonds-2"] = 0.1;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 60);
        Assert.Equal(Reasons.FailureConditionMet, world.Status.LastDecision!.Reason);
    }

    [Fact]
    public async Task A_metric_that_gives_up_rolls_back_where_it_says_so_and_one_that_still_measures_does_not()
    {
        var undecided = Share with { SuccessCondition = "result < 0 - 1", FailureCondition = "result > 0", InconclusiveLimit = 2 };
        var world = await BegunAsync(undecided with { OnInconclusive = MetricInconclusiveAction.Rollback });
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 60);
        Assert.Equal(CanaryReasons.InconclusiveAnalysis, world.Status.LastDecision!.Reason);
        var other = await BegunAsync(undecided, Share with { Name = "slow", Count = 50, OnInconclusive = MetricInconclusiveAction.Rollback });
        await other.UntilAsync(s => s.Phase == CanaryPhase.Paused, 60);
        Assert.Equal(CanaryReasons.InconclusiveAnalysis, other.Status.Reason);
    }

    [Fact]
    public async Task Silence_pauses_after_its_limit_or_fails_where_it_is_told_to()
    {
        var world = await BegunAsync(Share with { NoDataLimit = 2, FailureCondition = "0 / result > 1" });
        await world.UntilAsync(s => s.Reason == CanaryReasons.InconclusiveAnalysis, 40);
        Assert.Equal("NoData", Row(world).Verdict);
        var strict = await BegunAsync(Share with { NoDataPolicy = MetricNoDataPolicy.Fail, FailureLimit = 1, FailureCondition = "0 / result > 1" });
        await strict.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 40);
        Assert.Equal(Reasons.FailureLimitExceeded, strict.Status.LastDecision!.Reason);
    }

    [Fact]
    public async Task A_metric_waits_for_its_delay_and_ends_at_its_own_time()
    {
        var world = await BegunAsync(Share with { InitialDelaySeconds = 40, MaxDurationSeconds = 60, Count = 100 });
        await world.PassAsync(38);
        Assert.Equal("Pending", Row(world).Verdict);
        await world.UntilAsync(s => s.Reason == CanaryReasons.InconclusiveAnalysis, 40);
        Assert.True(world.Now - world.Status.StepStartedAt >= TimeSpan.FromSeconds(60));
        Assert.True(world.Now - world.Status.StepStartedAt <= TimeSpan.FromSeconds(70));
    }

    [Fact]
    public async Task A_metric_has_its_own_interval()
    {
        var world = await BegunAsync(Share with { Count = 100 }, Share with { Name = "rare", IntervalSeconds = 30, Count = 100 });
        await world.PassAsync(61);
        Assert.InRange(world.Status.Analysis!.Metrics![0].Count, 12, 14);
        Assert.InRange(world.Status.Analysis.Metrics[1].Count, 2, 3);
    }

    [Fact]
    public async Task A_restart_forgets_no_failure_no_success_and_no_count()
    {
        var world = await BegunAsync(Share with { ConsecutiveSuccessLimit = 8, FailureLimit = 2 });
        await world.PassAsync(21);
        var before = Row(world);
        Assert.Equal((5, 5), (before.Count, before.ConsecutiveSuccesses));
        world.Restart();
        await world.PassAsync(10);
        Assert.True(Row(world).ConsecutiveSuccesses >= 7, $"{Row(world)}");
        await world.UntilAsync(s => s.StepIndex == 2, 10);
    }

    [Fact]
    public async Task Failures_before_an_outage_count_after_it()
    {
        var world = await BegunAsync(Share with { FailureLimit = 1, Count = 100, ConsecutiveErrorLimit = 0 });
        world.ErrorRate["diamonds-2"] = 0.1;
        await world.UntilAsync(_ => Row(world).Failed == 1, 20);
        world.ErrorRate.Clear();
        world.Traffic.Down = true;
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable, 40);
        world.Traffic.Down = false;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Progressing, 40);
        Assert.Equal(1, Row(world).Failed);
        world.ErrorRate["diamonds-2"] = 0.1;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 40);
    }

    [Fact]
    public async Task A_dry_run_is_shown_and_is_no_evidence()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(50), Judged(600), Weight(60), Pause(60)], Share with { Name = "shown", Count = 2, DryRun = true, FailureCondition = "result >= 0" }, Errors));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.StepIndex == 3);
        await world.PassAsync(20);
        Assert.Equal(("shown", "Failed"), (Row(world).Name, Row(world).Verdict));
        await world.UntilAsync(s => s.StableVersion == "diamonds-2", 400);
        Assert.Equal("Promoted", world.Status.History![^1].Outcome);
    }

    [Fact]
    public async Task A_metric_that_failed_and_pauses_is_not_measured_again_until_retry()
    {
        var world = await BegunAsync(Share with { Count = 100, OnFailure = MetricFailureAction.Pause });
        world.ErrorRate["diamonds-2"] = 0.1;
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricFailed, 40);
        world.ErrorRate.Clear();
        var asked = world.Traffic.Queries;
        await world.PassAsync(60);
        Assert.Equal(asked, world.Traffic.Queries);
        // A restart looks once, before it has read what was, and changes nothing.
        world.Restart();
        await world.PassAsync(60);
        Assert.Equal((asked + 2, "Failed", Reasons.FailureConditionMet), (world.Traffic.Queries, Row(world).Verdict, Row(world).Reason));
        world.Command("retry 1");
        await world.PassAsync(20);
        Assert.Equal((CanaryPhase.Progressing, "Running"), (world.Status.Phase, Row(world).Verdict));
    }
}

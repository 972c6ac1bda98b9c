using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Whole A/B tests in the toy world; T1 to T7 are checked for every arm at every decision on the way.</summary>
public sealed class AbTestStoryTests
{
    /// <summary>The test is measured: every arm serves its share.</summary>
    private static async Task<ToyWorld> MeasuringAsync(CanaryDeploymentSpec spec)
    {
        var world = new ToyWorld(spec);
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepExperiment);
        return world;
    }

    [Fact]
    public async Task The_control_is_deployed_first_then_every_arm_gets_its_share_of_the_users()
    {
        var world = new ToyWorld(AbSpec());
        await world.UntilAsync(s => s.History is [{ Outcome: "Deployed" }]);
        Assert.Equal("diamonds-1", world.Status.StableVersion);
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepExperiment);
        Assert.Equal([("control", "diamonds-1", 34), ("b", "diamonds-2", 33), ("c", "diamonds-3", 33)], world.Arms());
        Assert.Equal((34, 66, true), (world.Status.Weights!.Stable, world.Status.Weights.Canary, world.Status.Weights.Verified));
        await world.UntilAsync(s => s.Experiment?.Metrics is not null);
        Assert.Equal(
            [("conversion", "control"), ("conversion", "b"), ("conversion", "c"), ("basket", "control"), ("basket", "b"), ("basket", "c")],
            world.Status.Experiment!.Metrics!.Select(row => (row.Name, row.Arm)));
    }

    [Fact]
    public async Task The_arm_that_sells_more_is_promoted_although_versionRef_names_another_one()
    {
        var world = new ToyWorld(AbSpec());
        world.Conversion["diamonds-3"] = 0.2;
        await world.UntilAsync(s => s.StableVersion == "diamonds-3" && s is { Reason: CanaryReasons.WinnerFound, Phase: CanaryPhase.Healthy, Retiring: null });
        Assert.Equal(["diamonds-3"], world.Deployments.Keys);
        Assert.Equal([("stable", "diamonds-3", 100)], world.Arms());
        Assert.Equal("diamonds-2", world.Status.RejectedVersion);
        var decision = world.Status.LastDecision!;
        Assert.Equal(("Promote", CanaryReasons.WinnerFound, "conversion", "0.2", "0.1"), (decision.Action, decision.Reason, decision.Metric, decision.Value, decision.Baseline));
        Assert.True(decision.Samples >= 500);
        Assert.Equal("Promoted", world.Status.History![^1].Outcome);
        Assert.Equal("True", world.Status.Conditions!.Single(c => c.Type == "Ready").Status);
        Assert.Equal(0, world.Failed5xx);
        await world.AssertQuietAsync();
        world.Target("diamonds-3");
        await world.UntilAsync(s => s.Reason == CanaryReasons.Serving);
    }

    [Fact]
    public async Task Arms_that_sell_alike_have_no_winner_and_the_stable_version_stays()
    {
        var world = new ToyWorld(AbSpec());
        await world.UntilAsync(s => s is { Reason: CanaryReasons.NoWinner, Phase: CanaryPhase.Healthy, Retiring: null }, 1500);
        Assert.Equal(("diamonds-1", "diamonds-2", null), (world.Status.StableVersion, world.Status.RejectedVersion, world.Status.Experiment!.Winner));
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
        Assert.Equal("Concluded", world.Status.History![^1].Outcome);
        Assert.True(world.Now - Start > TimeSpan.FromSeconds(600));
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task Arms_that_sell_less_end_the_test_early()
    {
        var world = new ToyWorld(AbSpec());
        world.Conversion["diamonds-1"] = 0.3;
        await world.UntilAsync(s => s is { Reason: CanaryReasons.ControlWon, Phase: CanaryPhase.Healthy });
        Assert.True(world.Now - Start < TimeSpan.FromSeconds(300));
        Assert.Equal("diamonds-1", world.Status.StableVersion);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task An_arm_that_sells_more_often_but_for_less_does_not_win()
    {
        var world = new ToyWorld(AbSpec());
        (world.Conversion["diamonds-2"], world.Basket["diamonds-2"]) = (0.2, 2);
        await world.UntilAsync(s => s is { Reason: CanaryReasons.NoWinner, Phase: CanaryPhase.Healthy }, 1500);
        Assert.Equal(("Better", "Worse"), (Verdict(world, "conversion", "b"), Verdict(world, "basket", "b")));
    }

    private static string? Verdict(ToyWorld world, string metric, string arm) => world.Status.Experiment!.Metrics!.Single(row => row.Name == metric && row.Arm == arm).Verdict;

    [Fact]
    public async Task Harm_in_one_arm_rolls_the_whole_test_back_and_names_the_arm()
    {
        var world = await MeasuringAsync(AbSpec(null, Errors, Rmse));
        world.ErrorRate["diamonds-3"] = 0.4;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal(("Rollback", "errors.c"), (world.Status.LastDecision!.Action, world.Status.LastDecision.Metric));
        await world.UntilAsync(s => s.Retiring is null);
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task Without_autoPromote_the_winner_waits_for_a_person()
    {
        var world = new ToyWorld(AbSpec(test => test with { AutoPromote = false }));
        world.Conversion["diamonds-2"] = 0.2;
        await world.UntilAsync(s => s is { Reason: CanaryReasons.WinnerFound, Phase: CanaryPhase.Paused });
        await world.PassAsync(900);
        Assert.Equal(("diamonds-1", "b"), (world.Status.StableVersion, world.Status.Experiment!.Winner));
        world.Command("promote 1");
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Reason: CanaryReasons.Serving });
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
        Assert.Null(world.Status.RejectedVersion);
    }

    [Fact]
    public async Task Before_there_is_a_winner_promote_takes_the_version_that_versionRef_names()
    {
        var world = await MeasuringAsync(AbSpec());
        world.Command("promote 1");
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Reason: CanaryReasons.Serving });
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
    }

    [Fact]
    public async Task Abort_takes_all_arms_back_and_retry_measures_from_the_beginning()
    {
        var world = await MeasuringAsync(AbSpec());
        await world.PassAsync(60);
        world.Command("abort 1");
        await world.UntilAsync(s => s is { Phase: CanaryPhase.Degraded, Retiring: null });
        Assert.Equal(CanaryReasons.AbortedByUser, world.Status.LastDecision!.Reason);
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        world.Command("retry 2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepExperiment);
        Assert.Null(world.Status.Experiment!.Winner);
        world.Command("retry 3");
        var id = (string?)world.Served!["experiment"]!["id"];
        await world.UntilAsync(s => s.LastCommand?.Id == "3" && s.Reason == CanaryReasons.StepExperiment);
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
        Assert.NotEqual(id, (string?)world.Served!["experiment"]!["id"]);
    }

    [Fact]
    public async Task A_metrics_outage_pauses_and_the_test_goes_on_afterwards()
    {
        var world = await MeasuringAsync(AbSpec());
        world.Conversion["diamonds-2"] = 0.2;
        world.Traffic.Down = true;
        await world.UntilAsync(s => s is { Reason: CanaryReasons.MetricsUnavailable, Phase: CanaryPhase.Paused });
        await world.PassAsync(700);
        Assert.Equal(CanaryReasons.MetricsUnavailable, world.Status.Reason);
        world.Traffic.Down = false;
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
    }

    [Fact]
    public async Task Too_few_users_decide_nothing()
    {
        var world = new ToyWorld(AbSpec()) { RequestsPerSecond = 1 };
        world.Conversion["diamonds-2"] = 0.9;
        await world.UntilAsync(s => s is { Reason: CanaryReasons.NoWinner }, 1500);
        Assert.Contains("minSamples 500", world.Status.LastDecision!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_arm_without_Pods_leaves_its_users_to_the_control_and_ends_the_test_when_it_does_not_come_back()
    {
        var world = await MeasuringAsync(AbSpec() with { ProgressDeadlineSeconds = 60 });
        world.BrokenPods.Add("diamonds-3");
        await world.UntilAsync(s => s.Reason == CanaryReasons.WaitForPods);
        await world.PassAsync(5);
        Assert.Equal([("control", "diamonds-1", 67), ("b", "diamonds-2", 33), ("c", "diamonds-3", 0)], world.Arms());
        Assert.Equal([34, 33, 33], world.Served!["arms"]!.AsArray().Select(arm => (int)arm!["share"]!));
        world.BrokenPods.Clear();
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepExperiment);
        Assert.Equal(33, world.Arms()[2].Weight);
        world.BrokenPods.Add("diamonds-2");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal(CanaryReasons.ProgressDeadlineExceeded, world.Status.LastDecision!.Reason);
        Assert.Contains("diamonds-2", world.Status.LastDecision.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_versionRef_with_its_arms_supersedes_the_test()
    {
        var world = await MeasuringAsync(AbSpec());
        world.Change(c => c with { Spec = AbSpec(test => test with { Arms = [Arm("control", 1, 50), Arm("c", 3, 25), Arm("d", 4, 25)] }) with { VersionRef = new() { Name = "diamonds-4" } } });
        await world.UntilAsync(s => s is { CanaryVersion: "diamonds-4", Reason: CanaryReasons.StepExperiment, Retiring: null });
        Assert.Equal([("control", "diamonds-1", 50), ("c", "diamonds-3", 25), ("d", "diamonds-4", 25)], world.Arms());
        Assert.Equal(["diamonds-1", "diamonds-3", "diamonds-4"], world.Deployments.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(world.Status.History!, h => h is { Version: "diamonds-2", Outcome: "Superseded" });
        world.Target("diamonds-1");
        await world.UntilAsync(s => s is { Reason: CanaryReasons.Serving, Retiring: null });
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
    }

    [Fact]
    public async Task Other_weights_are_another_test_and_a_longer_duration_is_not()
    {
        var world = await MeasuringAsync(AbSpec());
        var began = world.Status.CanaryStartedAt;
        world.Change(c => c with { Spec = AbSpec(test => test with { MaxDurationSeconds = 900 }) });
        await world.PassAsync(30);
        Assert.Equal(began, world.Status.CanaryStartedAt);
        world.Change(c => c with { Spec = AbSpec(test => test with { Arms = [Arm("control", 1, 20), Arm("b", 2, 40), Arm("c", 3, 40)] }) });
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepExperiment && s.CanaryStartedAt > began);
        Assert.Equal([20, 40, 40], world.Arms().Select(arm => arm.Weight));
    }

    [Fact]
    public async Task A_spec_that_cannot_be_used_leaves_the_test_under_way_as_it_was_begun()
    {
        var world = await MeasuringAsync(AbSpec());
        var table = world.Served!.ToJsonString();
        world.Change(c => c with { Spec = c.Spec with { Strategy = new() { AbTest = c.Spec.Strategy!.AbTest! with { Arms = [Arm("x", 9, 100)], Cohort = new() { Header = "x-other" } } } } });
        await world.PassAsync(30);
        Assert.Equal((CanaryReasons.InvalidSpec, "diamonds-2", table), (world.Status.Reason, world.Status.CanaryVersion, world.Served!.ToJsonString()));
    }

    [Fact]
    public async Task A_control_that_is_not_the_stable_version_begins_nothing()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        world.Change(c => c with { Spec = AbSpec(test => test with { Arms = [Arm("control", 3, 50), Arm("b", 2, 50)] }) });
        await world.UntilAsync(s => s.Reason == CanaryReasons.ControlNotStable);
        Assert.Contains("diamonds-3 is not the stable version; allowed: diamonds-1", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
        await world.AssertQuietAsync();
    }

    /// <summary>Four arms, four metrics and thirty guards with the longest names: every write of the toy world is held against 32 KiB.</summary>
    [Fact]
    public async Task The_largest_test_keeps_the_status_small()
    {
        string Long(int i, int length) => $"{(char)('a' + i)}{new string('x', length - 1)}";
        var world = new ToyWorld(AbSpec(
            test => test with
            {
                Arms = [.. Enumerable.Range(0, 4).Select(i => Arm(Long(i, 20), i + 1, 25))],
                Metrics = [.. Enumerable.Range(0, 4).Select(i => new AbTestMetric { Name = Long(i, 30), Type = AbTestMetricType.MeanValue, Event = Long(i, 30) })],
            },
            [.. Enumerable.Range(0, 10).Select(i => Errors with { Name = Long(i, 63), MinSamples = 1_000_000_000 })]));
        world.Conversion["diamonds-3"] = 0.123456789;
        await world.UntilAsync(s => s is { Reason: CanaryReasons.NoWinner or CanaryReasons.WinnerFound, Phase: CanaryPhase.Healthy, Retiring: null }, 1500);
        Assert.Equal(16, world.Status.Experiment!.Metrics!.Count);
    }

    [Theory]
    [InlineData(0.1, "diamonds-1")]
    [InlineData(0.3, "diamonds-3")]
    public async Task A_crash_after_any_write_changes_no_outcome(double conversion, string stable)
    {
        var whole = await PlayAsync(conversion, int.MaxValue);
        Assert.Equal(stable, whole.Status.StableVersion);
        Assert.True(whole.Writes > 20);
        for (var k = 0; k <= whole.Writes; k++)
        {
            var cut = await PlayAsync(conversion, k);
            Assert.True(whole.EndState() == cut.EndState(), $"cut after {k} writes:\n{cut.EndState()}\n--- uncut:\n{whole.EndState()}");
        }
    }

    private static async Task<ToyWorld> PlayAsync(double conversion, int cut)
    {
        var world = new ToyWorld(AbSpec(test => test with { MaxDurationSeconds = 150 })) { Cut = cut };
        world.Conversion["diamonds-3"] = conversion;
        await world.PassAsync(300);
        await world.AssertQuietAsync(30);
        return world;
    }
}

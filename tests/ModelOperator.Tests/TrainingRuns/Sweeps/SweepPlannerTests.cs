using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Tests.TrainingRuns.Sweeps;

public sealed class SweepPlannerTests
{
    private static readonly string[] Rmse = ["0.9", "0.5", "0.7", "0.4", "0.4", "0.8"];

    [Fact]
    public void A_sweep_registers_its_best_trial_once_with_the_reason_and_the_energy_of_all()
    {
        var world = new SweepWorld(SweepSpecs.Grid, Valued).Settle();
        var status = world.Run.Status!;
        Assert.Equal((TrainingRunPhase.Succeeded, "diamonds-1"), (status.Phase, status.ModelVersion));
        Assert.Equal(("6/6 best 0.4", 6, 6, 4), (world.Sweep.Summary, world.Sweep.Total, world.Sweep.Succeeded, world.Sweep.Best!.Trial));
        Assert.Equal("Trial 4 has the lowest rmse, 0.4, of 6 trials with a value; the next is trial 5 with 0.4.", world.Sweep.Reason);
        var version = Assert.Single(world.Versions).Spec;
        Assert.Equal((world.Run.Metadata.Name, world.Run.Metadata.Uid), (version.TrainingRun!.Name, version.TrainingRun.Uid));
        Assert.Equal("sha256:diamonds-v1-t4", version.Artifact.Digest);
        Assert.Equal(("4", "0.3", "100"), (version.Lineage!.Params!["depth"], version.Lineage.Params["eta"], version.Lineage.Params["rounds"]));
        var lineage = version.Lineage.Sweep!;
        Assert.Equal(("diamonds-v1-t4", "Grid", "rmse", "0.4", 6, 1000L, 400L), (lineage.Trial.Name, lineage.Algorithm, lineage.Metric, lineage.Value, lineage.Trials, lineage.TrialEnergyMilliwattHours, lineage.TrialEmissionsMilligrams));
        Assert.Equal((6000L, 2400L), (version.Energy!.EnergyMilliwattHours, version.Energy.EmissionsMilligrams));
        // Reports add runs up: the sweep's own energy would count every trial twice.
        Assert.Null(status.Energy);
        Assert.Null(status.Estimate);
        Assert.Equal(["candidate"], version.Aliases!);
    }

    [Fact]
    public void A_child_is_the_template_with_the_trial_and_carries_the_labels_that_budgets_select_by()
    {
        var run = SweepSpecs.Run(SweepSpecs.Grid);
        run = run with { Metadata = run.Metadata with { Labels = new() { ["team"] = "pricing", ["modeloperator.io/run"] = "x" }, Annotations = new() { ["argocd.argoproj.io/tracking-id"] = "x" } } };
        var world = new SweepWorld(run, Valued);
        world.Round();
        var child = world.Created[0];
        Assert.Equal("diamonds-v1-t1", child.Metadata.Name);
        Assert.Equal(
            new Dictionary<string, string> { ["team"] = "pricing", ["modeloperator.io/sweep"] = "diamonds-v1", ["modeloperator.io/trial"] = "1", ["app.kubernetes.io/managed-by"] = "model-operator" },
            child.Metadata.Labels);
        Assert.Null(child.Metadata.Annotations);
        Assert.Null(child.Spec.Sweep);
        Assert.False(child.Spec.Output!.Register);
        Assert.Null(child.Spec.Output.AliasesOnSuccess);
        Assert.Equal(("2", "0.1", "100", "6"), (child.Spec.Params!["depth"], child.Spec.Params["eta"], child.Spec.Params["rounds"], child.Spec.Params["max-depth"]));
        Assert.Equal(run.Spec.Resources, child.Spec.Resources);
        Assert.True(SweepChild.IsTrial(child));
    }

    [Fact]
    public void A_sweep_waits_for_a_cleaner_grid_as_a_whole_and_its_trials_do_not_wait_again()
    {
        var run = SweepSpecs.Run(SweepSpecs.Grid);
        // Six trials, two at once: three hours.
        run = run with { Spec = run.Spec with { Carbon = new TrainingCarbon { ExpectedSeconds = 3600, Schedule = new() { MaxDelaySeconds = 36000 } } } };
        var world = new SweepWorld(run, Valued) { Grid = TrainingRunCarbonStartTests.Grid([400, 400, 100, 400, 400, 150, 150, 150, 400, 400, 400, 400, 400, 400]) }.Settle(3);
        Assert.Equal((TrainingRunPhase.Queued, TrainingRunReasons.WaitingForLowCarbonWindow), (world.Run.Status!.Phase, world.Run.Status.Reason));
        Assert.Equal((Runs.Start.AddHours(5), 0), (world.Run.Status.CarbonStart!.StartTime, world.Created.Count));
        world.Advance(Runs.Start.AddHours(5) - world.Now);
        world.Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 6), (world.Run.Status!.Phase, world.Created.Count));
        Assert.All(world.Created, static c => Assert.True(c.Spec.Carbon is { ExpectedSeconds: 3600, Schedule: null }));
        Assert.True(world.Run.Status.CarbonStart is { Released: true, CounterfactualEmissionsMilligrams: > 0 });
    }

    [Fact]
    public void Learners_replace_image_command_and_parameters_and_the_winner_is_named()
    {
        var sweep = SweepSpecs.Grid with
        {
            Parameters = null,
            Choices = [new SweepChoice { Name = "trees" }, new SweepChoice { Name = "linear", Image = "linear:1", Command = ["fit"], Params = new Dictionary<string, string> { ["l2"] = "1" } }],
        };
        var world = new SweepWorld(sweep, c => new TrialFate(c.Spec.Image is null ? "0.9" : "0.2")).Settle();
        Assert.Equal((null, "linear:1"), (world.Created[0].Spec.Image, world.Created[1].Spec.Image));
        Assert.Equal(("fit", "1"), (world.Created[1].Spec.Command![0], world.Created[1].Spec.Params!["l2"]));
        Assert.Equal("linear", world.Versions[0].Spec.Lineage!.Sweep!.Choice);
        Assert.StartsWith("Trial 2 (linear) has the lowest rmse, 0.2, of 2 trials with a value; the next is trial 1 (trees) with 0.9", world.Sweep.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_says_Sweeping_with_counts_and_the_best_so_far()
    {
        var world = new SweepWorld(SweepSpecs.Grid, c => SweepWorld.NumberOf(c) < 5 ? Valued(c) : new TrialFate("1", Forever: true)).Settle(30);
        Assert.Equal((TrainingRunPhase.Sweeping, SweepReasons.TrialsRunning), (world.Run.Status!.Phase, world.Run.Status.Reason));
        Assert.Equal(("4/6 best 0.4", 2, 66), (world.Sweep.Summary, world.Sweep.Running, world.Run.Status.Progress!.Percentage));
        Assert.True(Conditions.IsTrue(world.Run.Status.Conditions, TrainingRunConditions.Reconciling));
        Assert.Empty(world.Decide().Intents);
        Assert.Null(world.Decide().Status);
    }

    [Fact]
    public void A_target_that_is_reached_stops_the_others_and_registers()
    {
        var sweep = SweepSpecs.Grid with { Objective = SweepSpecs.Lowest with { Target = 0.55 }, Parallelism = 3 };
        var world = new SweepWorld(sweep, c => SweepWorld.NumberOf(c) == 2 ? Valued(c) : new TrialFate("1", Forever: true)).Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, SweepReasons.TargetReached, 2), (world.Run.Status!.Phase, world.Sweep.Ending, world.Sweep.Stopped));
        Assert.Equal(3, world.Created.Count);
        Assert.Equal("2", world.Versions[0].Spec.Lineage!.Sweep!.Trial.Name[^1..]);
        Assert.EndsWith("2 were stopped. It reached the target, 0.55.", world.Sweep.Reason, StringComparison.Ordinal);
        Assert.Equal(3000, world.Sweep.Energy!.EnergyMilliwattHours);
    }

    [Theory]
    [InlineData(2, TrainingRunPhase.Succeeded, TrainingRunReasons.Succeeded, 6)]
    [InlineData(1, TrainingRunPhase.Failed, SweepReasons.TooManyFailedTrials, 3)]
    public void More_failures_than_allowed_fail_the_sweep(int allowed, TrainingRunPhase phase, string reason, int made)
    {
        var world = new SweepWorld(SweepSpecs.Grid with { MaxFailedTrials = allowed }, c => SweepWorld.NumberOf(c) <= 2 ? new TrialFate(null) : Valued(c)).Settle();
        Assert.Equal((phase, reason, 2), (world.Run.Status!.Phase, world.Run.Status.Reason, world.Sweep.Failed));
        Assert.True(world.Created.Count <= Math.Max(made, 4));
        Assert.Equal(phase == TrainingRunPhase.Succeeded ? 1 : 0, world.Versions.Count);
    }

    [Fact]
    public void A_deleted_trial_is_a_disruption_is_not_made_again_and_counts_with_what_it_had_reserved()
    {
        var world = new SweepWorld(SweepSpecs.Grid with { MaxFailedTrials = 0 }, c => SweepWorld.NumberOf(c) == 4 ? new TrialFate("0.1", Deleted: true) : Valued(c)).Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 1, 0, 5), (world.Run.Status!.Phase, world.Sweep.Disrupted, world.Sweep.Failed, world.Sweep.Best!.Trial));
        Assert.Equal(6, world.Created.Count);
        var reserved = TrainingRunEstimates.Estimate(Runs.Spec, Runs.Options, out _)!;
        Assert.Equal(2000 + reserved.EmissionsMilligramsP95, world.Sweep.Energy!.EmissionsMilligrams);
        Assert.Equal(0, world.Sweep.Energy.CoveragePercent);
        Assert.Contains(world.Events, e => e.Reason == "TrialDisrupted");
    }

    [Fact]
    public void The_best_is_registered_even_when_its_run_was_deleted_since()
    {
        var world = new SweepWorld(SweepSpecs.Grid, c => SweepWorld.NumberOf(c) == 6 ? new TrialFate("1", Forever: true) : Valued(c)).Settle(40);
        world.Children.Remove("diamonds-v1-t4");
        world.Children["diamonds-v1-t6"] = world.Children["diamonds-v1-t6"] with { Status = world.Children["diamonds-v1-t6"].Status! with { Phase = TrainingRunPhase.Failed, Reason = "OOMKilled" } };
        world.Settle(10);
        Assert.Equal((TrainingRunPhase.Succeeded, "sha256:diamonds-v1-t4"), (world.Run.Status!.Phase, world.Versions[0].Spec.Artifact.Digest));
        Assert.Equal(6, world.Created.Count);
    }

    [Theory]
    [InlineData("NaN", SweepReasons.MetricNotFinite)]
    [InlineData("Infinity", SweepReasons.MetricNotFinite)]
    [InlineData("0.1", SweepReasons.MetricMissing)]
    public void A_trial_without_a_finite_value_has_failed_and_never_wins(string value, string reason)
    {
        var world = new SweepWorld(SweepSpecs.Grid, c => SweepWorld.NumberOf(c) == 4 ? new TrialFate(value, Mute: reason == SweepReasons.MetricMissing) : Valued(c)).Settle();
        Assert.Equal((SweepTrialState.Failed, reason), (world.Sweep.Trials![3].State, world.Sweep.Trials[3].Reason));
        Assert.Equal(5, world.Sweep.Best!.Trial);
        Assert.Equal(6000, world.Sweep.Energy!.EnergyMilliwattHours);
    }

    [Fact]
    public void A_stop_stops_the_trials_and_fails_the_sweep_when_they_have_ended()
    {
        var world = new SweepWorld(SweepSpecs.Grid, c => SweepWorld.NumberOf(c) < 3 ? Valued(c) : new TrialFate("1", Forever: true)).Settle(20);
        world.Command("stop 1");
        world.Round();
        Assert.Equal((TrainingRunPhase.Sweeping, SweepReasons.StoppingTrials), (world.Run.Status!.Phase, world.Run.Status.Reason));
        Assert.Equal("stop sweep-StoppedByUser", world.Children["diamonds-v1-t3"].Metadata.Annotations![ModelOperatorApi.CommandAnnotation]);
        world.Settle(5);
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.StoppedByUser, 2), (world.Run.Status.Phase, world.Run.Status.Reason, world.Sweep.Stopped));
        Assert.Equal((4, 0), (world.Created.Count, world.Versions.Count));
        Assert.Equal(4000, world.Sweep.Energy!.EnergyMilliwattHours);
    }

    [Fact]
    public void A_stop_before_the_first_trial_makes_none()
    {
        var world = new SweepWorld(SweepSpecs.Grid, Valued);
        world.Command("stop 1");
        world.Settle(3);
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.StoppedByUser), (world.Run.Status!.Phase, world.Run.Status.Reason));
        Assert.Empty(world.Created);
    }

    [Fact]
    public void A_pause_that_the_run_accepted_reaches_the_trials_and_begins_none_until_it_is_resumed()
    {
        var world = new SweepWorld(SweepSpecs.Grid, c => new TrialFate("1", Forever: SweepWorld.NumberOf(c) == 2)).Settle(3);
        world.Run = world.Run with { Status = world.Run.Status! with { LastCommand = new LastCommand { Id = "7", Action = "pause", Result = "Accepted" }, Pause = new TrainingPause { Reason = TrainingRunReasons.PausedByUser, Id = "7" } } };
        world.Settle(10);
        Assert.Equal((2, SweepReasons.SweepPaused), (world.Created.Count, world.Run.Status!.Reason));
        Assert.Equal("pause sweep-7", world.Children["diamonds-v1-t2"].Metadata.Annotations![ModelOperatorApi.CommandAnnotation]);
        world.Run = world.Run with { Status = world.Run.Status! with { LastCommand = new LastCommand { Id = "8", Action = "resume", Result = "Accepted" }, Pause = null } };
        world.Settle(3);
        Assert.Equal("resume after-sweep-7", world.Children["diamonds-v1-t2"].Metadata.Annotations![ModelOperatorApi.CommandAnnotation]);
        Assert.True(world.Created.Count > 2);
        Assert.Null(world.Children[world.Created[^1].Metadata.Name].Metadata.Annotations);
    }

    [Fact]
    public void Only_the_best_of_a_rung_go_on_with_more_of_the_resource()
    {
        var world = new SweepWorld(SweepSpecs.Halving, c => new TrialFate((20 - SweepWorld.NumberOf(c)).ToString(CultureInfo.InvariantCulture))).Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Run.Status!.Phase);
        Assert.Equal(13, world.Created.Count);
        Assert.Equal(Enumerable.Repeat("10", 9).Concat(Enumerable.Repeat("30", 3)).Append("90"), world.Created.Select(c => c.Spec.Params!["rounds"]));
        string Eta(int trial) => world.Created[trial - 1].Spec.Params!["eta"];
        // Of trials 1 to 9 the last three had the lowest values, the lowest of all first; of 10 to 12 the last.
        Assert.Equal((Eta(9), Eta(8), Eta(7)), (Eta(10), Eta(11), Eta(12)));
        Assert.Equal(Eta(12), Eta(13));
        Assert.Equal((13, "13"), (world.Sweep.Best!.Trial, world.Sweep.Summary!.Split('/')[0]));
        Assert.Contains(world.Events, e => e.Reason == "RungBegun" && e.Message.Contains("Rung 2: 3 trials with rounds 30", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rung_of_failures_ends_the_sweep()
    {
        var world = new SweepWorld(SweepSpecs.Halving with { MaxFailedTrials = 100 }, _ => new TrialFate(null)).Settle();
        Assert.Equal((TrainingRunPhase.Failed, SweepReasons.NoTrialSucceeded, 9), (world.Run.Status!.Phase, world.Run.Status.Reason, world.Created.Count));
    }

    [Fact]
    public void A_name_that_somebody_else_holds_is_waited_for_and_never_touched()
    {
        var world = new SweepWorld(SweepSpecs.Grid with { Parallelism = 1 }, Valued);
        world.Children["diamonds-v1-t2"] = Runs.Run(Runs.Spec) with { Metadata = new V1ObjectMeta { Name = "diamonds-v1-t2", Uid = "foreign" } };
        world.Settle(20);
        Assert.Equal((TrainingRunReasons.NameConflict, 1), (world.Run.Status!.Reason, world.Created.Count));
        Assert.True(Conditions.IsTrue(world.Run.Status.Conditions, TrainingRunConditions.Stalled));
        world.Children.Remove("diamonds-v1-t2");
        world.Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 6), (world.Run.Status.Phase, world.Created.Count));
    }

    [Fact]
    public void A_spec_that_changed_after_the_first_trial_stops_the_making_of_trials_until_it_is_put_back()
    {
        var world = new SweepWorld(SweepSpecs.Grid, Valued).Settle(3);
        var spec = world.Run.Spec;
        world.Run = world.Run with { Spec = spec with { Params = new Dictionary<string, string> { ["rounds"] = "1" } } };
        world.Settle(20);
        Assert.Equal((SweepReasons.SpecChanged, 2), (world.Run.Status!.Reason, world.Created.Count));
        world.Run = world.Run with { Spec = spec with { Sweep = spec.Sweep! with { Parallelism = 6, MaxFailedTrials = 0 } } };
        world.Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 6), (world.Run.Status.Phase, world.Created.Count));
    }

    [Fact]
    public void A_changed_sweep_can_still_be_stopped()
    {
        var world = new SweepWorld(SweepSpecs.Grid, _ => new TrialFate("1", Forever: true)).Settle(5);
        world.Run = world.Run with { Spec = world.Run.Spec with { Sweep = null } };
        world.Command("stop 1");
        world.Settle(6);
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.StoppedByUser, 2), (world.Run.Status!.Phase, world.Run.Status.Reason, world.Created.Count));
    }

    [Fact]
    public void An_invalid_sweep_makes_nothing_and_says_why()
    {
        var world = new SweepWorld(SweepSpecs.Grid with { Parameters = null }, Valued).Settle(2);
        Assert.Equal((TrainingRunPhase.Pending, TrainingRunReasons.InvalidSpec), (world.Run.Status!.Phase, world.Run.Status.Reason));
        Assert.Contains("spec.sweep.parameters is missing", world.Run.Status.Message, StringComparison.Ordinal);
        Assert.Empty(world.Created);
    }

    [Fact]
    public void Many_trials_leave_their_parameters_to_their_runs()
    {
        var sweep = SweepSpecs.Random with { Trials = 51, Parallelism = 64 };
        var world = new SweepWorld(sweep, _ => new TrialFate("1")).Settle(10);
        Assert.Equal(51, world.Sweep.Trials!.Count);
        Assert.All(world.Sweep.Trials, t => Assert.Null(t.Params));
        Assert.Equal("51/51 best 1", world.Sweep.Summary);
    }

    private static TrialFate Valued(V1TrainingRun child) => new(Rmse[SweepWorld.NumberOf(child) - 1]);
}

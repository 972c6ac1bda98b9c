using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Pause, suspend, stop, yields and rules of the failure policy, from the planner's side.</summary>
public sealed class TrainingRunLifecycleTests
{
    private static readonly TrainingRunSpec Saving = Runs.Spec with { Checkpoint = new TrainingCheckpoint { Uri = "pvc://ckpt/team", GracePeriodSeconds = 90 } };

    [Fact]
    public void A_pause_ends_the_attempt_with_grace_and_a_resume_begins_the_next_from_its_checkpoint()
    {
        var world = new ToyWorld(n => n == 1 ? PodFate.SavesWhenAsked : PodFate.Succeed, Saving, Runs.Budget("500")).Settle(10);
        var held = world.Budgets[0].Status!.ReservedMilligrams;
        Assert.Equal(90, world.Pods[0].Spec!.TerminationGracePeriodSeconds);
        world.Command("pause 1");
        world.Reconcile();
        world.Reconcile();
        world.Pods[0] = ToyKubelet.Step(world.Pods[0], PodFate.SavesWhenAsked, world.Now)!;
        world.Settle(10);
        Assert.Equal((TrainingRunPhase.Paused, TrainingRunReasons.PausedByUser), (world.Status.Phase, world.Status.Reason));
        Assert.True(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.Paused));
        Assert.Empty(world.Pods);
        Assert.Null(world.Status.CurrentAttempt);
        var ended = Assert.Single(world.Status.History!);
        Assert.Equal((TrainingRunReasons.PausedByUser, 75), (ended.Reason, ended.ExitCode!.Value));
        Assert.Equal(("pvc://ckpt/team/" + world.Run!.Metadata.Uid + "/step-50", 50L), (world.Status.Checkpoint!.Uri, world.Status.Checkpoint.Step!.Value));
        Assert.NotNull(world.Status.Checkpoint.Time);
        Assert.Equal(held, world.Budgets[0].Status!.ReservedMilligrams);
        Assert.Equal(0, world.Budgets[0].Status!.SettledMilligrams);
        world.Advance(TimeSpan.FromDays(3));
        Assert.Null(world.Reconcile().Status);
        world.Command("resume 2");
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        var counts = world.Status.Attempts!;
        Assert.Equal((2, 0, 0, 1), (counts.Execution, counts.Failures, counts.Disruptions, counts.Pauses));
        Assert.True(Conditions.IsFalse(world.Status.Conditions, TrainingRunConditions.Paused));
        Assert.Equal(world.Status.Energy!.EmissionsMilligrams, world.Budgets[0].Status!.SettledMilligrams);
        Assert.Equal(1, world.Budgets[0].Status!.SettledRuns);
    }

    [Fact]
    public void A_suspended_run_asks_for_nothing_until_it_is_resumed()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, Runs.Spec with { Suspend = true }, Runs.Budget("500")).Settle(10);
        Assert.Equal((TrainingRunPhase.Suspended, TrainingRunReasons.Suspended), (world.Status.Phase, world.Status.Reason));
        Assert.Null(world.Status.Estimate);
        Assert.Empty(world.Budgets[0].Status?.Holds ?? []);
        Assert.Equal(0, world.PodsCreated);
        Assert.Null(world.Decide().RequeueAfter);
        world.Edit(s => s with { Suspend = null });
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal(0, world.Status.Attempts!.Pauses);
        Assert.Equal(TrainingRunReasons.Resumed, Conditions.Find(world.Status.Conditions, TrainingRunConditions.Suspended)!.Reason);
    }

    [Fact]
    public void Suspending_at_work_ends_the_attempt_and_never_counts_as_a_failure()
    {
        var world = new ToyWorld(n => n == 1 ? PodFate.RunForever : PodFate.Succeed).Settle(10);
        world.Edit(s => s with { Suspend = true });
        world.Settle(10);
        Assert.Equal(TrainingRunPhase.Suspended, world.Status.Phase);
        Assert.Equal((0, 0, 1), (world.Status.Attempts!.Failures, world.Status.Attempts.Disruptions, world.Status.Attempts.Pauses));
        world.Edit(s => s with { Suspend = false });
        world.Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 2), (world.Status.Phase, world.Status.Attempts!.Execution));
    }

    [Fact]
    public void The_end_is_on_record_before_the_Pod_is_told_to_stop()
    {
        var world = new ToyWorld(_ => PodFate.RunForever).Settle(10);
        world.Command("pause 1");
        var first = world.Reconcile();
        Assert.Equal(TrainingRunReasons.PausedByUser, world.Status.CurrentAttempt!.Reason);
        Assert.Empty(first.Intents);
        Assert.Null(world.Pods[0].Metadata.DeletionTimestamp);
        world.Reconcile();
        Assert.NotNull(world.Pods[0].Metadata.DeletionTimestamp);
    }

    [Fact]
    public void A_result_that_was_published_while_the_pause_was_on_its_way_is_taken()
    {
        var world = new ToyWorld(_ => PodFate.DoneWhenAsked).Settle(10);
        world.Command("pause 1");
        world.Reconcile();
        world.Reconcile();
        // The trainer finished before the signal, and so did the publisher.
        world.Pods[0] = ToyKubelet.Step(world.Pods[0], PodFate.DoneWhenAsked, world.Now)!;
        world.Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 1, 0), (world.Status.Phase, world.PodsCreated, world.Status.Attempts!.Pauses));
        Assert.Equal(TrainingRunReasons.Succeeded, world.Status.History![0].Reason);
    }

    [Fact]
    public void What_a_Pod_burns_in_its_grace_is_counted()
    {
        var world = new ToyWorld(_ => PodFate.SavesWhenAsked, Saving).Settle(10);
        world.Command("pause 1");
        world.Reconcile();
        world.Reconcile();
        var decided = world.Status.CurrentAttempt!.EndedAt!.Value;
        world.Advance(TimeSpan.FromSeconds(40));
        world.Pods[0] = ToyKubelet.Step(world.Pods[0], PodFate.SavesWhenAsked, world.Now)!;
        world.Settle(10);
        Assert.Equal(decided.AddSeconds(40), world.Status.History![0].EndedAt);
    }

    [Fact]
    public void A_Pod_that_is_gone_without_a_trace_burned_at_most_its_grace()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, Saving).Settle(10);
        world.Command("pause 1");
        world.Reconcile();
        var decided = world.Status.CurrentAttempt!.EndedAt!.Value;
        world.Pods.Clear();
        world.Advance(TimeSpan.FromHours(5));
        world.Settle(3);
        Assert.Equal(TrainingRunPhase.Paused, world.Status.Phase);
        Assert.Equal(decided.AddSeconds(90 + 60), world.Status.History![0].EndedAt);
    }

    [Fact]
    public void Both_a_pause_and_a_suspension_must_go_before_the_run_goes_on()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, Runs.Spec with { Suspend = true }).Settle(3);
        world.Command("pause 1");
        world.Settle(3);
        Assert.Equal(TrainingRunPhase.Suspended, world.Status.Phase);
        Assert.True(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.Paused));
        world.Edit(s => s with { Suspend = false });
        world.Settle(3);
        Assert.Equal(TrainingRunPhase.Paused, world.Status.Phase);
        Assert.False(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.Suspended));
        world.Command("resume 2");
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
    }

    [Fact]
    public void A_paused_run_can_be_stopped_and_is_settled_with_what_it_used()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, null, Runs.Budget("500")).Settle(10);
        world.Command("pause 1");
        world.Settle(10);
        world.Command("stop 2");
        world.Settle(10);
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.StoppedByUser), (world.Status.Phase, world.Status.Reason));
        Assert.Null(world.Status.Pause);
        Assert.False(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.Paused));
        Assert.Empty(world.Budgets[0].Status!.Holds ?? []);
        Assert.Equal(world.Status.Energy!.EmissionsMilligrams, world.Budgets[0].Status!.SettledMilligrams);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "pause", "Rejected: a command is \"<action> <id>\", for example \"stop 2026-01-31\"" },
        { "resume 7", "Rejected: the run is not paused" },
        { "abort 7", "Rejected: unknown action 'abort'; allowed: pause, resume, stop" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_command_that_cannot_be_obeyed_is_answered_once_with_why(string command, string result)
    {
        var world = new ToyWorld(_ => PodFate.RunForever).Settle(10);
        world.Command(command);
        world.Settle(3);
        Assert.Equal(result, world.Status.LastCommand!.Result);
        Assert.Single(world.Events, e => e.Reason == "CommandRejected");
        Assert.Equal(TrainingRunPhase.Running, world.Status.Phase);
    }

    [Fact]
    public void The_same_command_is_never_obeyed_twice_and_one_after_the_end_is_refused()
    {
        var world = new ToyWorld(n => n == 1 ? PodFate.RunForever : PodFate.Succeed).Settle(10);
        world.Command("pause 1");
        world.Settle(10);
        world.Command("pause 2");
        world.Settle(3);
        Assert.Equal("Rejected: the run is paused already", world.Status.LastCommand!.Result);
        world.Command("resume 3");
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        world.Command("pause 4");
        world.Settle(3);
        Assert.Equal("Rejected: the run has ended", world.Status.LastCommand!.Result);
        Assert.Equal(2, world.Events.Count(e => e.Reason == "CommandAccepted"));
    }

    [Fact]
    public void A_later_command_does_not_undo_a_stop_that_is_under_way()
    {
        var world = new ToyWorld(_ => PodFate.RunForever).Settle(10);
        world.Command("stop 1");
        world.Reconcile();
        world.Command("resume 2");
        world.Settle();
        Assert.Equal(TrainingRunReasons.StoppedByUser, world.Status.Reason);
        Assert.Equal("Rejected: the run has ended", world.Status.LastCommand!.Result);
    }

    [Fact]
    public void A_resume_is_told_where_the_suspension_is()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, Runs.Spec with { Suspend = true }).Settle(3);
        world.Command("resume 1");
        world.Settle(3);
        Assert.Contains("spec.suspend; set that to false", world.Status.LastCommand!.Result, StringComparison.Ordinal);
    }

    [Fact]
    public void A_yield_after_real_work_goes_on_at_once_and_a_trainer_that_only_yields_is_slowed_down()
    {
        var world = new ToyWorld(n => n <= 4 ? PodFate.Yield : PodFate.Succeed, Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { MaxRetries = 0, BackoffBaseSeconds = 40 } }).Settle();
        Assert.Equal((TrainingRunPhase.Succeeded, 4, 0), (world.Status.Phase, world.Status.Attempts!.Yields, world.Status.Attempts.Failures));
        var history = world.Status.History!;
        Assert.True(history[1].DecidedAt - history[0].EndedAt >= TimeSpan.FromSeconds(40));
        Assert.True(history[3].DecidedAt - history[2].EndedAt >= TimeSpan.FromSeconds(160));
    }

    [Fact]
    public void History_keeps_the_last_ten_and_the_counts_keep_all()
    {
        var world = new ToyWorld(n => n <= 14 ? PodFate.Evicted : PodFate.Succeed).Settle(400);
        Assert.Equal((15, 14, 0), (world.Status.Attempts!.Execution, world.Status.Attempts.Disruptions, world.Status.Attempts.Failures));
        Assert.Equal(Enumerable.Range(6, 10), world.Status.History!.Select(a => a.Number));
    }

    [Fact]
    public void What_a_run_was_made_from_is_on_record_before_its_first_Pod_and_outlives_changed_defaults()
    {
        var world = new ToyWorld(n => n == 1 ? PodFate.Evicted : PodFate.Succeed) { Datasets = [new("diamonds", DatasetState.Found, "there", "sha256:" + new string('a', 64), 99)] };
        world.Reconcile(most: 1);
        var resolved = world.Status.Resolved!;
        Assert.Empty(world.Pods);
        Assert.Equal((Runs.Options.TrainerImage, "DEU", 1200), (resolved.TrainerImage, resolved.Zone, resolved.PueMilli));
        Assert.Equal("sha256:" + new string('a', 64), Assert.Single(resolved.Datasets!).Digest);
        Assert.NotNull(resolved.InputHash);
        var later = TrainingRunPlanner.Decide(world.Run!, world.Observe() with { Options = Runs.Options with { TrainerImage = "model-operator-trainer:next", Zone = "FRA" } }, world.Now);
        var pod = later.Intents.OfType<ModelOperator.Kubernetes.Runtime.Plans.EnsureIntent<ModelOperator.Kubernetes.V1Pod>>().Single().Desired;
        Assert.Equal(Runs.Options.TrainerImage, pod.Spec!.InitContainers![1].Image);
        world.Settle();
        Assert.Equal("docker.io/x@sha256:1", world.Status.Resolved!.Image);
        Assert.Equal(resolved.InputHash, Assert.Single(world.Versions).Spec.Lineage!.InputHash);
    }

    [Theory]
    [InlineData("registry.example/train:1.4", "registry.example/train@sha256:abc", "registry.example/train@sha256:abc")]
    [InlineData("train:1.4", "docker.io/library/train@sha256:abc", "docker.io/library/train@sha256:abc")]
    [InlineData("registry.example:5000/train", "registry.example:5000/train@sha256:abc", "registry.example:5000/train@sha256:abc")]
    [InlineData("registry.example/train:1.4", "registry.example/other@sha256:abc", "registry.example/train:1.4")]
    [InlineData("registry.example/train:1.4", "registry.example/train:1.4@sha256:abc", "registry.example/train:1.4")]
    [InlineData("registry.example/train:1.4", "sha256:abc", "registry.example/train:1.4")]
    [InlineData("registry.example/train:1.4", null, "registry.example/train:1.4")]
    public void Later_attempts_run_the_very_image_that_the_first_node_pulled(string asked, string? seen, string next)
    {
        var run = Runs.Run(Runs.Spec with { Image = asked }, new TrainingRunStatus { Resolved = new TrainingResolved { TrainerImage = asked, Image = seen } });
        Assert.Equal(next, TrainingResolution.ImageFor(run, Runs.Options));
    }

    [Fact]
    public void A_command_leaves_labels_annotations_and_spec_alone()
    {
        var world = new ToyWorld(_ => PodFate.RunForever).Settle(10);
        var spec = world.Run!.Spec;
        world.Command("pause 1");
        var annotations = world.Run!.Metadata.Annotations!.ToDictionary();
        world.Settle(10);
        Assert.Same(spec, world.Run!.Spec);
        Assert.Equal(annotations, world.Run.Metadata.Annotations!);
        Assert.Equal("pause 1", world.Run.Metadata.Annotations![ModelOperatorApi.CommandAnnotation]);
    }
}

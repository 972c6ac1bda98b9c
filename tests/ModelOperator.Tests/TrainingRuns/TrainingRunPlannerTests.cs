using System.Text.Json;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunPlannerTests
{
    [Fact]
    public void A_run_without_budgets_trains_publishes_and_registers_its_version()
    {
        var world = new ToyWorld(_ => PodFate.Succeed).Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal("diamonds-1", world.Status.ModelVersion);
        Assert.Equal(1, world.PodsCreated);
        Assert.Equal("cpu", world.Status.Device);
        Assert.Equal("ModelledCPU", world.Status.Energy!.Method);
        Assert.True(world.Status.Energy.EnergyMilliwattHours > 0);
        Assert.Equal(TrainingRunReasons.NoBudget, Conditions.Find(world.Status.Conditions, TrainingRunConditions.BudgetReserved)!.Reason);
        Assert.True(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.Ready));
        Assert.True(Conditions.IsFalse(world.Status.Conditions, TrainingRunConditions.Reconciling));
        Assert.True(Conditions.IsFalse(world.Status.Conditions, TrainingRunConditions.Stalled));
        Assert.Null(world.Run!.Metadata.Finalizers);
    }

    [Fact]
    public void The_version_carries_artifact_lineage_metrics_energy_and_aliases()
    {
        var world = new ToyWorld(_ => PodFate.Succeed).Settle();
        var version = Assert.Single(world.Versions).Spec;
        Assert.Equal("sha256:" + new string('c', 64), version.Artifact.Digest);
        Assert.Equal("docker.io/x@sha256:1", version.Lineage!.Image);
        Assert.Equal("sha256:" + new string('a', 64), Assert.Single(version.Lineage.Datasets!).Digest);
        Assert.Equal("512.25", Assert.Single(version.Metrics!).Value);
        Assert.Equal(world.Status.Energy!.EnergyMilliwattHours, version.Energy!.EnergyMilliwattHours);
        Assert.Equal(["candidate"], version.Aliases);
        Assert.Null(world.Versions[0].Metadata.OwnerReferences);
    }

    [Fact]
    public void The_attempt_is_on_record_before_its_Pod_is_made()
    {
        var world = new ToyWorld(_ => PodFate.Succeed);
        var first = world.Reconcile(most: 1);
        Assert.NotNull(first.Status!.CurrentAttempt);
        Assert.True(first.StatusFirst);
        Assert.Empty(world.Pods);
        world.Reconcile();
        Assert.Equal(world.Status.CurrentAttempt!.PodName, Assert.Single(world.Pods).Metadata.Name);
    }

    [Fact]
    public void The_children_made_with_the_decision_are_those_that_a_successor_would_make_from_the_record()
    {
        var world = new ToyWorld(_ => PodFate.Succeed) { Datasets = [new("diamonds", DatasetState.Found, "there", "sha256:" + new string('a', 64), 99)] };
        var atOnce = Children(world.Decide());
        world.Reconcile(most: 1);
        Assert.NotEmpty(atOnce);
        Assert.Equal(atOnce, Children(world.Decide()));

        static string[] Children(Plan<TrainingRunStatus> plan) =>
        [
            .. plan.Intents.OfType<EnsureIntent<V1Secret>>().Select(i => JsonSerializer.Serialize(i.Desired, KubernetesJson.Default.V1Secret)),
            .. plan.Intents.OfType<EnsureIntent<V1Pod>>().Select(i => JsonSerializer.Serialize(i.Desired, KubernetesJson.Default.V1Pod)),
        ];
    }

    [Fact]
    public void A_run_waits_in_the_queue_until_its_budget_has_room_and_says_for_which()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, null, Full(Runs.Budget("500"))).Settle(10);
        Assert.Equal(TrainingRunPhase.Queued, world.Status.Phase);
        Assert.Equal(TrainingRunReasons.CarbonBudgetExhausted, world.Status.Reason);
        Assert.Contains("CarbonBudget month", world.Status.Message, StringComparison.Ordinal);
        Assert.Contains("2026-04-01T00:00Z", world.Status.Message, StringComparison.Ordinal);
        Assert.Empty(world.Pods);
        Assert.Null(world.Run!.Metadata.Finalizers);
        world.Advance(TimeSpan.FromDays(20));
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
    }

    [Fact]
    public void A_run_that_can_never_fit_its_budget_stalls_with_what_to_do()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, null, Runs.Budget("0.001")).Settle(10);
        Assert.Equal(TrainingRunReasons.CarbonBudgetTooSmall, world.Status.Reason);
        Assert.True(Conditions.IsTrue(world.Status.Conditions, TrainingRunConditions.Stalled));
        Assert.Empty(world.Pods);
    }

    [Fact]
    public void Every_matching_budget_must_hold_the_run_before_it_starts()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, null, Runs.Budget("500", "a"), Full(Runs.Budget("500", "b"))).Settle(10);
        Assert.Equal(TrainingRunPhase.Queued, world.Status.Phase);
        Assert.Contains("CarbonBudget b", world.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ended_run_is_settled_with_what_it_used_and_nothing_ever_holds_it()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, null, Runs.Budget("500")).Settle(10);
        Assert.Null(world.Run!.Metadata.Finalizers);
        Assert.Single(world.Pods);
        var done = new ToyWorld(_ => PodFate.Succeed, null, Runs.Budget("500")).Settle();
        Assert.Null(done.Run!.Metadata.Finalizers);
        Assert.Empty(done.Budgets[0].Status!.Holds ?? []);
        Assert.Equal(done.Status.Energy!.EmissionsMilligrams, done.Budgets[0].Status!.SettledMilligrams);
    }

    [Fact]
    public void A_retryable_failure_is_tried_again_after_the_back_off_and_fails_at_the_limit()
    {
        var world = new ToyWorld(_ => PodFate.TrainerExits137, Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { MaxRetries = 2, BackoffBaseSeconds = 60 } }).Settle();
        Assert.Equal(TrainingRunReasons.BackoffLimitExceeded, world.Status.Reason);
        Assert.Equal(3, world.PodsCreated);
        Assert.Equal(3, world.Status.Attempts!.Failures);
        var starts = world.Status.History!.Select(a => a.DecidedAt!.Value).ToList();
        var ends = world.Status.History!.Select(a => a.EndedAt!.Value).ToList();
        Assert.True(starts[1] - ends[0] >= TimeSpan.FromSeconds(60));
        Assert.True(starts[2] - ends[1] >= TimeSpan.FromSeconds(120));
    }

    [Fact]
    public void An_exit_code_that_the_policy_lists_is_retried()
    {
        var policy = new TrainingFailurePolicy { RetryableExitCodes = [1], BackoffBaseSeconds = 1 };
        var world = new ToyWorld(n => n == 1 ? PodFate.TrainerExits1 : PodFate.Succeed, Runs.Spec with { FailurePolicy = policy }).Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
        Assert.Equal(1, world.Status.Attempts!.Failures);
    }

    [Fact]
    public void A_run_past_its_active_deadline_is_failed_only_after_its_Pod_has_stopped()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, Runs.Spec with { Deadlines = new TrainingDeadlines { ActiveSeconds = 60 } });
        while (world.Run!.Status?.CurrentAttempt?.Reason is null)
            world.Settle(1);
        Assert.NotEqual(TrainingRunPhase.Failed, world.Status.Phase);
        Assert.Null(world.Pods[0].Metadata.DeletionTimestamp);
        world.Reconcile();
        Assert.NotNull(world.Pods[0].Metadata.DeletionTimestamp);
        Assert.NotEqual(TrainingRunPhase.Failed, world.Status.Phase);
        world.Settle();
        Assert.Equal(TrainingRunReasons.DeadlineExceeded, world.Status.Reason);
        Assert.Equal(TrainingRunPhase.Failed, world.Status.Phase);
        Assert.True(world.Status.Energy!.EnergyMilliwattHours > 0);
    }

    [Fact]
    public void A_stop_command_ends_the_run_once_and_an_unknown_one_is_rejected_with_the_allowed()
    {
        var world = new ToyWorld(_ => PodFate.RunForever).Settle(10);
        world.Command("promote 1");
        world.Settle(5);
        Assert.Equal("Rejected: unknown action 'promote'; allowed: pause, resume, stop", world.Status.LastCommand!.Result);
        Assert.Equal(TrainingRunPhase.Running, world.Status.Phase);
        world.Command("stop 2");
        world.Settle();
        Assert.Equal(TrainingRunReasons.StoppedByUser, world.Status.Reason);
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
    }

    [Fact]
    public void A_run_deleted_at_work_goes_at_once_and_its_reserve_is_booked()
    {
        var world = new ToyWorld(_ => PodFate.RunForever, null, Runs.Budget("500")).Settle(10);
        var reserved = world.Budgets[0].Status!.ReservedMilligrams;
        world.Delete();
        world.Settle(2);
        Assert.Null(world.Run);
        world.Advance(TimeSpan.FromMinutes(2));
        world.Others();
        Assert.Equal(reserved, world.Budgets[0].Status!.SettledMilligrams);
        Assert.Empty(world.Budgets[0].Status!.Holds ?? []);
    }

    [Fact]
    public void A_missing_dataset_stalls_the_run_before_any_budget_or_GPU_is_taken()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, null, Runs.Budget("500")) { Datasets = [new("diamonds", DatasetState.NotFound, "upload it")] };
        world.Settle(5);
        Assert.Equal(TrainingRunReasons.DatasetNotFound, world.Status.Reason);
        Assert.Equal("upload it", world.Status.Message);
        Assert.Null(world.Status.Estimate);
        Assert.Empty(world.Budgets[0].Status?.Holds ?? []);
        world.Datasets = Runs.Found;
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
    }

    [Fact]
    public void An_invalid_spec_is_named_by_field_and_nothing_is_tried_until_it_changes()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, Runs.Spec with { Env = [new TrainingEnvironment { Name = "MODELOP_X", Value = "1" }] }).Settle(5);
        Assert.Equal(TrainingRunReasons.InvalidSpec, world.Status.Reason);
        Assert.Contains("spec.env[0].name: 'MODELOP_X'", world.Status.Message, StringComparison.Ordinal);
        Assert.Null(world.Decide().RequeueAfter);
        Assert.Empty(world.Pods);
        world.Run = world.Run! with { Spec = Runs.Spec, Metadata = world.Run.Metadata with { Generation = 2 } };
        world.Settle();
        Assert.Equal(TrainingRunPhase.Succeeded, world.Status.Phase);
    }

    [Fact]
    public void A_Pod_carries_no_finalizer_and_stays_for_its_logs()
    {
        var world = new ToyWorld(_ => PodFate.Succeed);
        world.Reconcile();
        world.Reconcile();
        Assert.Null(world.Pods[0].Metadata.Finalizers);
        world.Settle();
        Assert.Null(Assert.Single(world.Pods).Metadata.DeletionTimestamp);
    }

    [Fact]
    public void Progress_is_written_at_most_every_ten_seconds()
    {
        var world = new ToyWorld(_ => PodFate.RunForever).Settle(6);
        Assert.Equal(TrainingRunPhase.Running, world.Status.Phase);
        var first = Report(world, 10, 0);
        Assert.Equal(10, first.Status!.Progress!.Percentage);
        world.Run = world.Run! with { Status = first.Status };
        var early = Report(world, 11, 3);
        Assert.Null(early.Status);
        Assert.NotNull(early.RequeueAfter);
        Assert.Equal(12, Report(world, 12, 10).Status!.Progress!.Percentage);
    }

    [Fact]
    public void A_version_of_that_name_that_is_not_ours_is_a_conflict_that_names_it()
    {
        var world = new ToyWorld(_ => PodFate.Succeed).Settle();
        var foreign = world.Versions[0] with { Spec = world.Versions[0].Spec with { TrainingRun = null } };
        var before = world.Status with { Phase = TrainingRunPhase.Registering, ModelVersion = null, CompletionTime = null };
        var plan = TrainingRunPlanner.Decide(world.Run! with { Status = before }, world.Observe() with { Version = foreign }, world.Now);
        Assert.Equal(TrainingRunReasons.NameConflict, plan.Status!.Reason);
        Assert.DoesNotContain(plan.Intents, i => i is EnsureIntent<ModelOperator.ModelVersions.V1ModelVersion>);
    }

    [Fact]
    public void A_result_that_does_not_pass_the_gates_of_its_Model_stays_published_and_is_not_registered()
    {
        var world = new ToyWorld(_ => PodFate.Succeed).Settle();
        var before = world.Status with { Phase = TrainingRunPhase.Registering, ModelVersion = null, CompletionTime = null, Metrics = [new() { Name = "rmse", Value = "545" }] };
        Plan<TrainingRunStatus> Under(string threshold) => TrainingRunPlanner.Decide(
            world.Run! with { Status = before },
            world.Observe() with { Version = null, Model = world.Model! with { Spec = new() { Gates = new() { Metrics = [new() { Metric = "rmse", Threshold = threshold }] } } } },
            world.Now);
        var stopped = Under("500");
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.GateFailed), (stopped.Status!.Phase, stopped.Status.Reason));
        Assert.Contains("rmse 545 is above the threshold 500", stopped.Status.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(stopped.Intents, i => i is EnsureIntent<ModelOperator.ModelVersions.V1ModelVersion>);
        Assert.Equal(TrainingRunPhase.Registering, Under("600").Status!.Phase);
    }

    [Fact]
    public void Waiting_in_a_full_queue_writes_nothing_when_other_runs_settle()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, null, Full(Runs.Budget("500"))).Settle(10);
        var before = world.Writes;
        world.Budgets[0] = world.Budgets[0] with { Status = world.Budgets[0].Status! with { SettledMilligrams = 499_990, ReservedMilligrams = 9 } };
        world.Reconcile();
        Assert.Equal(before, world.Writes);
    }

    private static Plan<TrainingRunStatus> Report(ToyWorld world, int percentage, int seconds) => TrainingRunPlanner.Decide(
        world.Run!,
        world.Observe() with { Progress = new TrainingProgress { Percentage = percentage, LastUpdatedTime = world.Now.AddSeconds(seconds) } },
        world.Now.AddSeconds(seconds));

    /// <summary>A budget whose window is used up.</summary>
    private static V1CarbonBudget Full(V1CarbonBudget budget) => budget with
    {
        Status = new CarbonBudgetStatus
        {
            WindowStart = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
            WindowEnd = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero),
            SettledMilligrams = 499_999,
        },
    };
}

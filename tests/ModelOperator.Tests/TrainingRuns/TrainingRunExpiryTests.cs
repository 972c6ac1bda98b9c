using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunExpiryTests
{
    [Fact]
    public void A_day_after_the_end_the_children_go_and_then_nothing_more_is_written()
    {
        var world = new ToyWorld(_ => PodFate.Succeed).Settle();
        Assert.NotEmpty(world.Pods);
        world.Advance(TimeSpan.FromHours(22));
        world.Settle(2);
        Assert.NotEmpty(world.Pods);
        world.Advance(TimeSpan.FromHours(2));
        world.Settle(10);
        Assert.Empty(world.Pods);
        Assert.Empty(world.Secrets);
        Assert.Empty(world.ConfigMaps);
        Assert.NotNull(world.Status.ChildrenRemovedTime);
        Assert.Equal((TrainingRunPhase.Succeeded, "diamonds-1"), (world.Status.Phase, world.Status.ModelVersion));
        Assert.Equal(TrainingRunReasons.ChildrenExpired, Conditions.Find(world.Status.Conditions, TrainingRunConditions.Expired)!.Reason);
        Assert.Single(world.Versions);
        var again = world.Decide();
        Assert.True(again.Status is null && again.Intents.IsEmpty && again.RequeueAfter is null);
    }

    [Fact]
    public void None_keeps_all_for_ever()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, Runs.Spec with { Ttl = new TrainingTtl { SecondsAfterFinished = 0, Policy = TrainingTtlPolicy.None } }).Settle();
        world.Advance(TimeSpan.FromDays(900));
        Assert.Null(world.Decide().RequeueAfter);
        Assert.NotEmpty(world.Settle(3).Pods);
    }

    [Fact]
    public void Self_deletes_the_run_once_its_budget_is_settled()
    {
        var world = new ToyWorld(_ => PodFate.Succeed, Runs.Spec with { Ttl = new TrainingTtl { SecondsAfterFinished = 36000, Policy = TrainingTtlPolicy.Self } }, Runs.Budget("500")).Settle(20);
        var used = world.Status.Energy!.EmissionsMilligrams;
        var settled = world.Budgets.ToArray();
        var held = world.Observe() with { Holding = settled };
        world.Advance(TimeSpan.FromHours(11));
        Assert.Empty(TrainingRunPlanner.Decide(world.Run!, held, world.Now).Intents);
        world.Settle(3);
        Assert.Null(world.Run);
        Assert.Equal(used, world.Budgets[0].Status!.SettledMilligrams);
        Assert.Single(world.Versions);
    }

    public static TheoryData<bool> Marks => [true, false];

    [Theory]
    [MemberData(nameof(Marks))]
    public void Self_is_refused_with_a_warning_where_Argo_CD_tracks_the_run(bool annotation)
    {
        var spec = Runs.Spec with { Ttl = new TrainingTtl { SecondsAfterFinished = 60, Policy = TrainingTtlPolicy.Self } };
        var world = new ToyWorld(_ => PodFate.Succeed, spec);
        var mark = new Dictionary<string, string> { [annotation ? "argocd.argoproj.io/tracking-id" : "app.kubernetes.io/instance"] = "team-a:x" };
        world.Run = world.Run! with { Metadata = world.Run.Metadata with { Annotations = annotation ? mark : null, Labels = annotation ? null : mark } };
        var warning = Assert.Single(TrainingRunAdmission.Review(null, world.Run, [], Runs.Options, Runs.Start).Warnings);
        Assert.Contains("Argo CD", warning, StringComparison.Ordinal);
        world.Settle();
        Assert.NotNull(world.Run);
        Assert.Empty(world.Pods);
        var expired = Conditions.Find(world.Status.Conditions, TrainingRunConditions.Expired)!;
        Assert.Equal(("False", TrainingRunReasons.TrackedByArgoCD), (expired.Status, expired.Reason));
        Assert.Contains(mark.Keys.Single(), expired.Message, StringComparison.Ordinal);
        Assert.Single(world.Events, e => e.Reason == TrainingRunReasons.TrackedByArgoCD);
        Assert.Null(world.Decide().RequeueAfter);
    }

    [Fact]
    public void The_record_that_all_is_gone_comes_only_after_all_is_gone()
    {
        var world = new ToyWorld(_ => PodFate.Succeed).Settle();
        world.Advance(TimeSpan.FromDays(2));
        // The operator dies after each single write.
        for (var round = 0; round < 10 && world.Status.ChildrenRemovedTime is null; round++)
        {
            world.Reconcile(1);
            world.Others();
            Assert.True(world.Status.ChildrenRemovedTime is null || (world.Pods.Count, world.Secrets.Count, world.ConfigMaps.Count) == (0, 0, 0));
        }

        Assert.NotNull(world.Status.ChildrenRemovedTime);
    }

    [Fact]
    public void Ttl_may_change_after_the_end_and_a_run_that_failed_expires_too()
    {
        var world = new ToyWorld(_ => PodFate.TrainerExits1).Settle();
        Assert.True(TrainingRunAdmission.Review(
            world.Run, world.Run! with { Spec = world.Run.Spec with { Ttl = new TrainingTtl { SecondsAfterFinished = 0 } } }, [], Runs.Options, world.Now).Allowed);
        world.Edit(s => s with { Ttl = new TrainingTtl { SecondsAfterFinished = 0 } });
        world.Settle(10);
        Assert.Empty(world.Pods);
        Assert.Equal((TrainingRunPhase.Failed, TrainingRunReasons.NonRetryableExitCode), (world.Status.Phase, world.Status.Reason));
    }
}

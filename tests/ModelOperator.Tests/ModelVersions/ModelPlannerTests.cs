using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.ModelVersions.Things;

namespace ModelOperator.Tests.ModelVersions;

public sealed class ModelPlannerTests
{
    [Fact]
    public void Runs_that_have_published_get_numbers_in_order_and_keep_them()
    {
        var status = Decide(Model(), runs: [Run("b"), Run("a"), Run("x", published: false), Run("y", phase: TrainingRunPhase.Failed), Run("z", model: "other")]);
        Assert.Equal([("a", 1L), ("b", 2L)], status.Allocations!.Select(static a => (a.RunUid, a.Number)));
        Assert.Equal(3, status.NextVersion);
        var again = Decide(Model() with { Status = status }, runs: [Run("b"), Run("a"), Run("c")]);
        Assert.Equal([("a", 1L), ("b", 2L), ("c", 3L)], again.Allocations!.Select(static a => (a.RunUid, a.Number)));
    }

    [Fact]
    public void An_allocation_ends_when_its_version_exists_or_its_run_is_gone_and_its_number_is_never_given_again()
    {
        var status = Decide(Model(), runs: [Run("a"), Run("b"), Run("c")]);
        var model = Model() with { Status = status };
        var after = Decide(model, runs: [Run("a"), Run("c").Deleting(), Run("d")], versions: [Version(1, runUid: "a")]);
        Assert.Equal([("d", 4L)], after.Allocations!.Select(static a => (a.RunUid, a.Number)));
        Assert.Equal(5, after.NextVersion);
    }

    [Fact]
    public void The_next_number_follows_the_highest_version_and_is_never_lowered()
    {
        Assert.Equal(8, Decide(Model(), versions: [Version(7), Version(3)]).NextVersion);
        Assert.Equal(8, Decide(Model() with { Status = new ModelStatus { NextVersion = 8 } }).NextVersion);
        Assert.Equal(12, Decide(Model() with { Status = new ModelStatus { NextVersion = 8 } }, versions: [Version(11).Deleting()]).NextVersion);
        Assert.Equal(1, Decide(Model(), versions: [Version(9, model: "other")]).NextVersion);
    }

    [Fact]
    public void A_model_that_was_deleted_and_made_anew_counts_on_from_what_others_remember()
    {
        var old = Run("old", phase: TrainingRunPhase.Succeeded);
        old = old with { Status = old.Status! with { ModelVersion = "diamonds-4" } };
        var child = Version(2);
        child = child with { Spec = child.Spec with { Lineage = new() { Parent = "diamonds-5" } } };
        var canary = Canary("live", null, "diamonds-6") with { Status = new() { History = [new() { Version = "diamonds-9", Stable = "diamonds-8", Outcome = "RolledBack" }] } };
        long Next(IEnumerable<V1TrainingRun> runs, IEnumerable<V1ModelVersion> versions, IEnumerable<V1CanaryDeployment> canaries) =>
            ModelPlanner.Decide(Model(), new ModelObserved([], [], []) { Remembered = VersionNumbers.RememberedBy(runs, versions, canaries) }, Start).Status!.NextVersion;
        Assert.Equal((5L, 6L, 10L), (Next([old], [], []), Next([old], [child], []), Next([old], [child], [canary])));
        Assert.Equal(1, Next([old with { Status = old.Status with { ModelVersion = "rubies-7" } }], [], []));
    }

    [Fact]
    public void A_number_too_large_to_be_followed_by_another_is_none()
    {
        Assert.Equal(ModelVersionName.MaxNumber, ModelVersionName.NumberOf("diamonds", $"diamonds-{ModelVersionName.MaxNumber}"));
        Assert.Null(ModelVersionName.NumberOf("diamonds", $"diamonds-{ModelVersionName.MaxNumber + 1}"));
        Assert.Equal(6, Decide(Model() with { Status = new() { NextVersion = 6 } }, versions: [Version(long.MaxValue - 1)]).NextVersion);
    }

    [Fact]
    public void A_run_whose_number_somebody_took_by_hand_gets_a_fresh_one()
    {
        var status = Decide(Model(), runs: [Run("a")]);
        var after = Decide(Model() with { Status = status }, runs: [Run("a")], versions: [Version(1)]);
        Assert.Equal([("a", 2L)], after.Allocations!.Select(static a => (a.RunUid, a.Number)));
    }

    [Fact]
    public void A_status_that_was_lost_gives_no_number_that_a_version_has()
    {
        var after = Decide(Model(), runs: [Run("a"), Run("b")], versions: [Version(4, runUid: "a"), Version(5)]);
        Assert.Equal([("b", 6L)], after.Allocations!.Select(static a => (a.RunUid, a.Number)));
    }

    [Fact]
    public void The_highest_ready_version_that_asks_holds_an_alias()
    {
        var status = Decide(Model(), versions:
        [
            Version(2, aliases: ["candidate"]),
            Version(10, aliases: ["candidate"]),
            Version(11, ModelVersionPhase.Pending, aliases: ["candidate"]),
            Version(12, aliases: ["candidate"]).Deleting(),
        ]);
        Assert.Equal([("candidate", "diamonds-10", "Version")], Aliases(status));
        Assert.Equal("diamonds-10", status.LatestVersion);
        Assert.Equal(3, status.Versions);
    }

    [Fact]
    public void A_canary_moves_its_alias_with_its_stable_version_and_versions_cannot_take_it()
    {
        var versions = new[] { Version(1), Version(2, aliases: ["champion"]) };
        var first = Decide(Model(), versions: versions, canaries: [Canary("live", "champion", "diamonds-1")]);
        Assert.Equal([("champion", "diamonds-1", "Canary/live")], Aliases(first));
        var promoted = Decide(Model() with { Status = first }, versions: versions, canaries: [Canary("live", "champion", "diamonds-2")]);
        Assert.Equal([("champion", "diamonds-2", "Canary/live")], Aliases(promoted));
        Assert.Empty(Aliases(Decide(Model(), versions: [Version(1)], canaries: [Canary("live", "champion", null)])));
    }

    [Fact]
    public void An_alias_in_git_and_of_a_canary_follows_git_and_stalls_naming_both()
    {
        var status = Decide(Model(("champion", "diamonds-2")), versions: [Version(1), Version(2)], canaries: [Canary("live", "champion", "diamonds-1")]);
        Assert.Equal([("champion", "diamonds-2", "Git")], Aliases(status));
        var stalled = Conditions.Find(status.Conditions, "Stalled")!;
        Assert.Equal(("True", ModelReasons.AliasOwnedByCanary), (stalled.Status, stalled.Reason));
        Assert.Contains("alias champion", stalled.Message, StringComparison.Ordinal);
        Assert.Contains("spec.aliases (git, in force)", stalled.Message, StringComparison.Ordinal);
        Assert.Contains("CanaryDeployment live", stalled.Message, StringComparison.Ordinal);
        Assert.True(Conditions.IsFalse(status.Conditions, "Ready"));
    }

    [Fact]
    public void Of_two_canaries_with_one_alias_the_older_has_it()
    {
        var status = Decide(Model(), versions: [Version(1), Version(2)], canaries: [Canary("new", "champion", "diamonds-2"), Canary("old", "champion", "diamonds-1", age: 5)]);
        Assert.Equal([("champion", "diamonds-1", "Canary/old")], Aliases(status));
        Assert.Equal(ModelReasons.AliasOwnedByTwoCanaries, Conditions.Find(status.Conditions, "Stalled")!.Reason);
        var left = Decide(Model(), versions: [Version(1), Version(2)], canaries: [Canary("new", "champion", "diamonds-2"), Canary("old", "champion", "diamonds-1", age: 5).Deleting()]);
        Assert.Equal([("champion", "diamonds-2", "Canary/new")], Aliases(left));
        Assert.True(Conditions.IsTrue(left.Conditions, "Ready"));
    }

    [Fact]
    public void An_alias_never_dangles_the_last_holder_stays_while_it_exists()
    {
        var good = Decide(Model(("prod", "diamonds-1")), versions: [Version(1)]);
        var typo = Model(("prod", "diamonds-9")) with { Status = good };
        var kept = Decide(typo, versions: [Version(1)]);
        Assert.Equal([("prod", "diamonds-1", "Git")], Aliases(kept));
        Assert.Equal(ModelReasons.AliasTargetMissing, Conditions.Find(kept.Conditions, "Stalled")!.Reason);
        Assert.Contains("diamonds-9", Conditions.Find(kept.Conditions, "Ready")!.Message, StringComparison.Ordinal);
        Assert.Empty(Aliases(Decide(typo with { Status = kept })));
        Assert.Empty(Aliases(Decide(Model(("prod", "diamonds-1")) with { Status = good }, versions: [Version(1).Deleting()])));
    }

    [Theory]
    [InlineData(ModelVersionPhase.Pending, "Reconciling")]
    [InlineData(ModelVersionPhase.Failed, "Stalled")]
    public void An_alias_does_not_move_to_bytes_that_are_not_verified(ModelVersionPhase phase, string condition)
    {
        var good = Decide(Model(("prod", "diamonds-1")), versions: [Version(1)]);
        var status = Decide(Model(("prod", "diamonds-2")) with { Status = good }, versions: [Version(1), Version(2, phase)]);
        Assert.Equal([("prod", "diamonds-1", "Git")], Aliases(status));
        Assert.Equal(ModelReasons.AliasTargetNotReady, Conditions.Find(status.Conditions, condition)!.Reason);
        Assert.True(Conditions.IsTrue(status.Conditions, condition));
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("v1")]
    [InlineData("V12")]
    [InlineData("Bad")]
    [InlineData("-x")]
    public void Reserved_and_malformed_names_are_refused_with_a_reason(string alias)
    {
        var status = Decide(Model((alias, "diamonds-1")), versions: [Version(1, aliases: [alias])], canaries: [Canary("live", alias, "diamonds-1")]);
        Assert.Empty(Aliases(status));
        Assert.True(Conditions.IsTrue(status.Conditions, "Stalled"));
        Assert.Contains(ModelReasons.AliasInvalid, ModelReasonsOf(status), StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_that_nobody_asks_for_any_more_is_dropped_with_an_event()
    {
        var model = Model() with { Status = Decide(Model(("prod", "diamonds-1")), versions: [Version(1)]) };
        var plan = ModelPlanner.Decide(model, new ModelObserved([], [Version(1)], []), Start);
        Assert.Null(plan.Status!.Aliases);
        Assert.Equal([ModelReasons.AliasDropped], plan.Events.Select(static note => note.Reason));
    }

    [Fact]
    public void A_model_that_is_being_deleted_is_left_alone() =>
        Assert.Null(ModelPlanner.Decide(Model().Deleting(), new ModelObserved([Run("a")], [], []), Start).Status);

    [Fact]
    public void The_admission_refuses_what_the_planner_would_stall_on_and_lets_the_unchanged_pass()
    {
        V1CanaryDeployment[] canaries = [Canary("live", "champion", "diamonds-1")];
        Assert.Null(ModelAdmission.Refusal(null, Model(("prod", "diamonds-1")), canaries));
        Assert.Contains("CanaryDeployment live", ModelAdmission.Refusal(null, Model(("champion", "diamonds-1")), canaries), StringComparison.Ordinal);
        Assert.Contains("reserved", ModelAdmission.Refusal(null, Model(("latest", "diamonds-1")), canaries), StringComparison.Ordinal);
        Assert.Contains("twice", ModelAdmission.Refusal(null, Model(("a", "diamonds-1"), ("a", "diamonds-2")), canaries), StringComparison.Ordinal);
        Assert.Contains("rubies-1", ModelAdmission.Refusal(null, Model(("a", "rubies-1")), canaries), StringComparison.Ordinal);
        var wrong = Model(("champion", "diamonds-1"));
        Assert.Null(ModelAdmission.Refusal(wrong, wrong with { Spec = wrong.Spec with { } }, canaries));
        Assert.Null(ModelAdmission.Refusal(Model(), wrong.Deleting(), canaries));
    }

    private static ModelStatus Decide(
        V1Model model, IReadOnlyList<V1TrainingRun>? runs = null, IReadOnlyList<V1ModelVersion>? versions = null, IReadOnlyList<V1CanaryDeployment>? canaries = null) =>
        ModelPlanner.Decide(model, new ModelObserved(runs ?? [], versions ?? [], canaries ?? []), Start).Status!;

    private static IEnumerable<(string Name, string Version, string Owner)> Aliases(ModelStatus status) =>
        (status.Aliases ?? []).Select(static alias => (alias.Name, alias.Version, alias.Owner));

    private static string ModelReasonsOf(ModelStatus status) => string.Join(' ', status.Conditions!.Select(static c => c.Reason))
        + (Conditions.Find(status.Conditions, "Ready")!.Message.Contains("reserved", StringComparison.Ordinal)
            || Conditions.Find(status.Conditions, "Ready")!.Message.Contains("must be 1 to", StringComparison.Ordinal) ? " " + ModelReasons.AliasInvalid : "");
}

using System.Text.Json;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;
using static ModelOperator.Tests.CarbonBudgets.ClusterBudgets;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>Budgets over many namespaces, beside those of one.</summary>
public sealed class ClusterCarbonBudgetPlannerTests
{
    [Fact]
    public void A_run_is_held_by_every_budget_of_either_kind_that_covers_it_and_two_of_the_same_name_are_two()
    {
        var budgets = Settle([Budget("a", "2"), Cluster("a", "1")], Run("r", 600));
        Assert.All(budgets, b => Assert.Equal(["team/r"], b.HeldRuns()));
        Assert.Equal([null, "team"], budgets.Select(static b => b.Status!.Holds![0].RunNamespace));
        var refused = Settle(budgets, Run("r", 600), Run("s", 500));
        Assert.All(refused, b => Assert.Equal(["team/r"], b.HeldRuns()));
        Assert.All(refused, b => Assert.Equal(1, b.Status!.WaitingRuns));
        var settled = Settle(refused, Run("r", 600).Over(100), Run("s", 500));
        Assert.Equal([100, 100], settled.Select(static b => b.Status!.SettledMilligrams));
        Assert.All(settled, b => Assert.Equal(["team/s"], b.HeldRuns()));
    }

    [Fact]
    public void Runs_of_all_namespaces_share_the_room_the_oldest_first_and_those_of_one_name_are_two()
    {
        V1TrainingRun[] runs = [Run("r", 400, age: 1), Run("r", 400, age: 3).In("other"), Run("s", 400, age: 2).In("other")];
        var budgets = Settle([Budget("b", "9"), Cluster("all", "0.8")], runs);
        Assert.Equal(["other/r", "other/s"], budgets[1].HeldRuns().Order(StringComparer.Ordinal));
        Assert.Empty(budgets[0].HeldRuns());
        budgets = Settle(budgets, [runs[0], runs[1].Over(300), runs[2]]);
        Assert.Equal((300, 1), (budgets[1].Status!.SettledMilligrams, budgets[1].Status!.SettledRuns));
        Assert.Equal(["other/s"], budgets[1].HeldRuns());
        Assert.Equal(1, budgets[1].Status!.WaitingRuns);
    }

    [Fact]
    public void A_run_of_a_namespace_that_is_not_selected_has_nothing_to_do_with_the_budget()
    {
        var budgets = Settle([Cluster("test", "0.1", OtherOnly)], Run("r", 900), Run("s", 50).In("other"));
        Assert.Equal(["other/s"], budgets[0].HeldRuns());
        Assert.Equal(0, budgets[0].Status!.WaitingRuns);
    }

    [Fact]
    public void A_run_of_a_namespace_that_is_not_known_yet_waits_and_neither_gains_nor_loses_nor_is_booked()
    {
        V1TrainingRun[] runs = [Run("r", 100).In("new"), Run("s", 100).In("new").Started()];
        var plan = Decide([Budget("b").In("new"), Cluster("c", "1", Department)], runs);
        // What is known to cover a run at work books it.
        Assert.Equal(["s", null], plan.Writes.OrderByDescending(static w => w.Budget.Kind == "CarbonBudget").Select(static w => w.Next.Holds?.Single().RunName));
        // For the run that waits what may cover it counts.
        Assert.Equal(2, CarbonBudgetMatcher.Matching([Budget("b").In("new"), Cluster("c", "1", Department)], runs[0], Labels).Count);
        Assert.Equal(["new/r", "new/s"], Budgets.Settle([Cluster("c", "1", Department)], runs, Now, static _ => Labels("team"))[0].HeldRuns().Order(StringComparer.Ordinal));
        // Without a selector there is nothing to know.
        Assert.Equal(["new/r", "new/s"], Settle([Cluster("c")], runs)[0].HeldRuns().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_namespace_that_goes_with_its_runs_under_way_is_booked_in_full_after_the_grace_time()
    {
        var budgets = Settle([Cluster("c")], Run("r", 600).In("other").Started());
        var plan = CarbonBudgetPlanner.Decide(budgets, [], Now.AddSeconds(60));
        Assert.Equal(new(CarbonBudgetPremiseKind.Gone, "uid-other-r", new("other", "r")), Assert.Single(plan.Premises));
        Assert.Equal((600, 0), (plan.Writes[0].Next.SettledMilligrams, plan.Writes[0].Next.ReservedMilligrams));
    }

    [Fact]
    public void A_budget_over_many_that_is_made_later_or_selects_more_books_what_is_under_way()
    {
        var run = Run("r", 900).Started();
        var budgets = Settle([Budget("b", "1"), Cluster("c", "0.5", OtherOnly)], run);
        Assert.Empty(budgets[1].HeldRuns());
        budgets = Settle([budgets[0], (V1ClusterCarbonBudget)budgets[1] with { Spec = Cluster("c", "0.5", Department).Spec }], run);
        Assert.Equal(900, budgets[1].Status!.ReservedMilligrams);
    }

    [Fact]
    public void A_run_at_work_that_needs_more_gets_it_of_all_or_is_refused_by_the_one_that_has_no_room()
    {
        var run = Run("r", 400).Started();
        var asking = run with { Status = run.Status! with { Projection = TrainingProjection.Of(new(new(300), default), new(new(400), default), null) } };
        var budgets = Settle(Settle([Budget("a", "2"), Cluster("a", "0.6")], run), asking);
        Assert.All(budgets, static b => Assert.Equal(400, b.Status!.ReservedMilligrams));
        Assert.Equal([null, 700], budgets.Select(static b => b.Status!.Holds![0].RefusedMilligrams));
        budgets = Settle([budgets[0], Wire((V1ClusterCarbonBudget)budgets[1] with { Spec = Cluster("a", "0.8").Spec })], asking);
        Assert.All(budgets, static b => Assert.True(b.Status!.Holds![0] is { Milligrams: >= 700, RefusedMilligrams: null }));
    }

    [Fact]
    public void Holds_of_before_which_name_no_namespace_are_those_of_the_budgets_own_and_are_left_as_they_are()
    {
        const string Json = """
            {"apiVersion":"modeloperator.io/v1alpha1","kind":"CarbonBudget","metadata":{"name":"b","namespace":"team","uid":"u","resourceVersion":"7","generation":1},"spec":{"limit":{"gramsCO2e":"1"}},
             "status":{"windowStart":"2026-03-01T00:00:00Z","windowEnd":"2026-04-01T00:00:00Z","reservedMilligrams":600,"holds":[{"runUid":"uid-r","runName":"r","milligrams":600,"reservedAt":"2026-03-15T11:00:00Z"}]}}
            """;
        var old = JsonSerializer.Deserialize(Json, CarbonBudgetsJson.Default.V1CarbonBudget)!;
        var kept = Settle([old, Cluster("c")], Run("r", 600));
        Assert.Equal(old.Status!.Holds![0], Assert.Single(kept[0].Status!.Holds!));
        Assert.Equal(["team/r"], kept[1].HeldRuns());
        Assert.Equal([500, 500], Settle(kept, Run("r", 600).Over(500)).Select(static b => b.Status!.SettledMilligrams));
    }

    public static TheoryData<string, string?, bool> Selectors => new()
    {
        { "{}", null, true },
        { """{"matchLabels":{"tier":"prod"}}""", "prod", true },
        { """{"matchLabels":{"tier":"prod"}}""", "test", false },
        { """{"matchLabels":{"tier":"prod"}}""", null, false },
        { """{"matchExpressions":[{"key":"tier","operator":"In","values":["prod","test"]}]}""", "test", true },
        { """{"matchExpressions":[{"key":"tier","operator":"In","values":["prod","test"]}]}""", null, false },
        { """{"matchExpressions":[{"key":"tier","operator":"NotIn","values":["prod"]}]}""", "prod", false },
        { """{"matchExpressions":[{"key":"tier","operator":"NotIn","values":["prod"]}]}""", null, true },
        { """{"matchExpressions":[{"key":"tier","operator":"Exists"}]}""", "x", true },
        { """{"matchExpressions":[{"key":"tier","operator":"Exists"}]}""", null, false },
        { """{"matchExpressions":[{"key":"tier","operator":"DoesNotExist"}]}""", "x", false },
        { """{"matchExpressions":[{"key":"tier","operator":"DoesNotExist"}]}""", null, true },
        { """{"matchLabels":{"tier":"prod"},"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["other"]}]}""", "prod", false },
        { """{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["team"]}]}""", null, true },
        // What says nothing holds: nobody escapes by a mistake.
        { """{"matchExpressions":[{"key":"tier","operator":"In"}]}""", null, true },
        { """{"matchExpressions":[{"key":"tier","operator":"Exists","values":["x"]}]}""", null, true },
    };

    [Theory]
    [MemberData(nameof(Selectors))]
    public void A_namespace_is_selected_as_by_kubernetes(string selector, string? tier, bool selected)
    {
        var cluster = JsonSerializer.Deserialize($$$"""{"metadata":{"name":"c"},"spec":{"limit":{"gramsCO2e":"1"},"namespaceSelector":{{{selector}}}}}""", CarbonBudgetsJson.Default.V1ClusterCarbonBudget)!;
        var team = new V1Namespace { Metadata = new() { Name = "team", Labels = tier is null ? null : new(StringComparer.Ordinal) { ["tier"] = tier } } };
        Assert.Equal(selected, CarbonBudgetMatcher.Covers(Wire(cluster), Run("r", 1), _ => NamespaceLabels.Of(team)));
    }

    [Fact]
    public void An_invalid_selector_is_refused_and_lets_nothing_start_where_it_is_there_all_the_same()
    {
        var wrong = Cluster("c", "1", new() { MatchExpressions = [new() { Key = "tier", Operator = NamespaceOperator.In }] });
        Assert.Equal(
            "spec.namespaceSelector.matchExpressions[0].values: '' is not allowed: In takes at least one; until then nothing can start under this budget.",
            CarbonBudgetAdmission.Refusal(null, wrong));
        var budgets = Settle([wrong], Run("r", 1));
        Assert.Empty(budgets[0].Held());
        Assert.True(Conditions.IsTrue(budgets[0].Status!.Conditions, "Stalled"));
        // An unchanged spec passes, a changed one is looked at, its namespaceSelector included.
        Assert.Null(CarbonBudgetAdmission.Refusal(wrong, (V1ClusterCarbonBudget)budgets[0]));
        Assert.NotNull(CarbonBudgetAdmission.Refusal(Cluster("c", "1", OtherOnly), wrong));
        Assert.Null(CarbonBudgetAdmission.Refusal(wrong, Cluster("c", "1", OtherOnly)));
    }

    [Fact]
    public void Labels_of_a_namespace_wake_the_ledger_and_nothing_else_of_it_does()
    {
        var team = new V1Namespace { Metadata = new() { Name = "team", Labels = new(StringComparer.Ordinal) { ["tier"] = "prod" } } };
        var noted = new V1Namespace { Metadata = team.Metadata with { Annotations = new(StringComparer.Ordinal) { ["a"] = "b" } } };
        var moved = new V1Namespace { Metadata = team.Metadata with { Labels = new(StringComparer.Ordinal) { ["tier"] = "test" } } };
        Assert.False(CarbonBudgetWakeups.Concerns(new CacheChange<V1Namespace>(team, noted, false)));
        Assert.True(CarbonBudgetWakeups.Concerns(new CacheChange<V1Namespace>(team, moved, false)));
        Assert.True(CarbonBudgetWakeups.Concerns(new CacheChange<V1Namespace>(null, team, false)));
    }

    [Fact]
    public void A_change_of_a_budget_over_many_wakes_the_runs_of_its_holds_in_their_namespaces()
    {
        var before = Settle([Cluster("c")], Run("r", 100), Run("r", 100).In("other"));
        var after = Settle(before, Run("r", 100).Over(50), Run("r", 100).In("other"));
        Assert.Equal([new NamespacedName("team", "r")], TrainingRunWakeups.OfBudget(before[0], after[0], static () => []));
        Assert.Equal(
            [new NamespacedName("other", "r"), new NamespacedName("team", "r")],
            TrainingRunWakeups.OfBudget(null, before[0], static () => []).OrderBy(static k => k.Namespace, StringComparer.Ordinal));
    }
}

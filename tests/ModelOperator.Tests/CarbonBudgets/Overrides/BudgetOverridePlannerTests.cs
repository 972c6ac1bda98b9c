using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;
using static ModelOperator.Tests.CarbonBudgets.ClusterBudgets;
using static ModelOperator.Tests.CarbonBudgets.Overrides.Things;

namespace ModelOperator.Tests.CarbonBudgets.Overrides;

/// <summary>An override's life, and the runs that it lets go further.</summary>
public sealed class BudgetOverridePlannerTests
{
    private static readonly DateTimeOffset Then = Budgets.Now;
    private static readonly V1TrainingRun AlicesRun = Run("r0", 1_300).By("alice");

    private static BudgetOverrideStatus After(V1BudgetOverride one, V1CarbonBudget? budget, V1TrainingRun? run, DateTimeOffset? now = null) =>
        Decide(one, budget, run, now).Writes is [var write] ? write.Next : one.Status!;

    private static void AssertSays(BudgetOverrideStatus status, BudgetOverridePhase phase, string reason, string ready, string reconciling, string stalled)
    {
        Assert.Equal((phase, 1L), (status.Phase, status.ObservedGeneration));
        Assert.Equal(
            [("Ready", ready), ("Reconciling", reconciling), ("Stalled", stalled)],
            status.Conditions!.Select(static c => (c.Type, c.Status)));
        Assert.Equal(reason, Conditions.Find(status.Conditions, "Ready")!.Reason);
        Assert.All(status.Conditions!, static c => Assert.NotEmpty(c.Message));
    }

    [Fact]
    public void An_override_is_bound_to_its_run_before_it_allows_anything()
    {
        var first = Decide(Override(), Budget("a"), AlicesRun);
        Assert.Empty(first.Allowances);
        Assert.Equal("uid-r0", Assert.Single(first.Writes).Next.RunUid);
        AssertSays(first.Writes[0].Next, BudgetOverridePhase.Ready, "Approved", "True", "False", "False");
        Assert.Equal(TimeSpan.FromHours(1), first.RequeueAfter);
        var second = Decide(Wire(Override() with { Status = first.Writes[0].Next }), Budget("a"), AlicesRun);
        Assert.Empty(second.Writes);
        Assert.Equal(500, Assert.Single(second.Allowances).Value.Extra.Emissions.Milligrams);
        Assert.Equal(("team/a", "uid-r0"), second.Allowances.Keys.Single());
    }

    [Fact]
    public void Another_run_of_the_same_name_gets_nothing()
    {
        var bound = Override().Bound("uid-of-one-that-is-gone");
        var plan = Decide(bound, Budget("a"), AlicesRun);
        Assert.Empty(plan.Allowances);
        AssertSays(plan.Writes[0].Next, BudgetOverridePhase.NotNeeded, "NotNeeded", "True", "False", "False");
        Assert.Equal("uid-of-one-that-is-gone", plan.Writes[0].Next.RunUid);
        AssertSays(After(Override(uid: "other"), Budget("a"), AlicesRun), BudgetOverridePhase.Pending, "RunNotFound", "False", "True", "False");
    }

    [Theory]
    [InlineData("bob", "carol", "alice", "ApproverNotVerified")]
    [InlineData("alice", "alice", "alice", "ApproverIsCreator")]
    [InlineData("bob", "bob", null, "CreatorUnknown")]
    [InlineData("system:serviceaccount:ml:robot", "system:serviceaccount:ml:robot", "alice", "ApproverIsServiceAccount")]
    public void The_ledger_holds_the_webhooks_rules_again(string user, string approvedBy, string? creator, string reason)
    {
        var one = Override(user: user, approvedBy: approvedBy).Bound();
        var plan = Decide(one, Budget("a"), AlicesRun.By(creator));
        Assert.Empty(plan.Allowances);
        AssertSays(plan.Writes[0].Next, BudgetOverridePhase.Refused, reason, "False", "False", "True");
    }

    [Fact]
    public void An_override_that_came_in_without_the_webhook_allows_nothing()
    {
        var one = Override().Bound();
        one.Metadata.Annotations = null;
        var plan = Decide(one, Budget("a"), AlicesRun);
        Assert.Empty(plan.Allowances);
        AssertSays(plan.Writes[0].Next, BudgetOverridePhase.Refused, "ApproverNotVerified", "False", "False", "True");
        Assert.Empty(Decide(Override(grams: "many").Bound(), Budget("a"), AlicesRun).Allowances);
        Assert.Empty(Decide(Override(expires: Then.AddDays(31)).Bound(), Budget("a"), AlicesRun).Allowances);
    }

    [Fact]
    public void An_override_waits_for_its_run_and_its_budget()
    {
        AssertSays(After(Override(), Budget("a"), null), BudgetOverridePhase.Pending, "RunNotFound", "False", "True", "False");
        AssertSays(After(Override(), null, AlicesRun), BudgetOverridePhase.Pending, "BudgetNotFound", "False", "True", "False");
        var elsewhere = Budget("a", change: static s => s with { Selector = new() { ModelNames = ["other"] } });
        AssertSays(After(Override(), elsewhere, AlicesRun), BudgetOverridePhase.Pending, "BudgetNotFound", "False", "True", "False");
        Assert.Empty(Decide(Override().Bound(), Budget("a", "many"), AlicesRun).Allowances);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(60, false)]
    [InlineData(61, false)]
    public void After_its_expiry_it_allows_nothing_more(int minutes, bool allows)
    {
        var plan = Decide(Override().Bound(), Budget("a"), AlicesRun, Then.AddMinutes(minutes));
        Assert.Equal(allows ? 1 : 0, plan.Allowances.Count);
        if (!allows)
            AssertSays(plan.Writes[0].Next, BudgetOverridePhase.Expired, "Expired", "True", "False", "False");
    }

    [Fact]
    public void Of_several_overrides_for_a_run_the_newest_counts_and_they_do_not_add_up()
    {
        V1BudgetOverride[] all = [Override("newest", grams: "0.3").Bound(), Override("oldest", grams: "0.4", age: 9).Bound(), Override("middle", grams: "9", age: 5).Bound()];
        var allowance = BudgetOverridePlanner.Decide(all, [Budget("a")], static _ => AlicesRun, Rules, Then).Allowances[("team/a", "uid-r0")];
        Assert.Equal(("uid-newest", 300L), (allowance.Uid, allowance.Extra.Emissions.Milligrams));
        all[0].Metadata.DeletionTimestamp = Then;
        Assert.Equal("uid-middle", BudgetOverridePlanner.Decide(all, [Budget("a")], static _ => AlicesRun, Rules, Then).Allowances[("team/a", "uid-r0")].Uid);
    }

    [Fact]
    public void A_run_above_the_limit_starts_by_an_override_and_its_whole_use_is_booked_as_debt()
    {
        V1CarbonBudget[] budgets = [Budget("a", change: static s => s with { Window = CarbonBudgetWindow.Day })];
        var other = Run("r1", 200, age: -1);
        budgets = [.. Settle(budgets, [AlicesRun, other], Then)];
        Assert.Equal(["r1"], budgets[0].Held());

        var one = Override().Bound();
        var allowances = Decide(one, budgets[0], AlicesRun).Allowances;
        budgets = [.. Budgets.After(budgets, CarbonBudgetPlanner.Decide(budgets, [AlicesRun, other], Then, allowances))];
        var hold = Assert.Single(budgets[0].Status!.Holds!, static h => h.RunName == "r0");
        Assert.Equal((1_300L, 500L, 0L, "uid-o"), (hold.Milligrams, hold.OverrideMilligrams, hold.OverrideMilliwattHours, hold.OverrideUid));
        Assert.Equal("1.5 / 1 g", budgets[0].Status!.Emissions);
        Assert.Empty(CarbonBudgetPlanner.Decide(budgets, [AlicesRun.Started(), other], Then, allowances).Writes);

        var used = After(one, budgets[0], AlicesRun.Started(), Then.AddMinutes(5));
        AssertSays(used, BudgetOverridePhase.Used, "OverrideUsed", "True", "False", "False");
        Assert.Equal((500L, 0L, "r0", "uid-r0", Then.AddMinutes(5)), (used.BookedMilligrams, used.BookedMilliwattHours, used.UsedBy!.Name, used.UsedBy.Uid, used.UsedAt));
        Assert.Contains("exceeds CarbonBudget a by 0.5 gCO2e", Conditions.Find(used.Conditions, "Ready")!.Message, StringComparison.Ordinal);
        Assert.Contains("approved by bob: a fix that cannot wait", Conditions.Find(used.Conditions, "Ready")!.Message, StringComparison.Ordinal);

        // It ended with less than it held: its override says so before the ledger settles, and keeps saying so.
        var over = AlicesRun.Over(1_200);
        one = Wire(one with { Status = used });
        one = Wire(one with { Status = After(one, budgets[0], over, Then.AddHours(2)) });
        Assert.Equal((400L, Then.AddMinutes(5)), (one.Status!.BookedMilligrams, one.Status.UsedAt));
        budgets = [.. Budgets.After(budgets, CarbonBudgetPlanner.Decide(budgets, [over, other], Then))];
        Assert.Equal((1_200, 1L), (budgets[0].Status!.SettledMilligrams, budgets[0].Status!.SettledRuns));
        Assert.True(Conditions.IsTrue(budgets[0].Status!.Conditions, "Exceeded"));
        Assert.Empty(Decide(one, budgets[0], over, Then.AddHours(3)).Writes);
        Assert.Empty(Decide(one, budgets[0], null, Then.AddHours(3)).Writes);
        Assert.Empty(Decide(one, budgets[0], over, Then).Allowances);

        budgets = [.. Budgets.After(budgets, CarbonBudgetPlanner.Decide(budgets, [other], Then.AddDays(1)))];
        Assert.Equal(200, budgets[0].Status!.DebtMilligrams);
    }

    [Fact]
    public void A_run_at_work_is_given_more_by_an_override()
    {
        V1CarbonBudget[] budgets = [.. Settle([Budget("a")], [Run("r0", 900).By("alice")], Then)];
        var asking = Run("r0", 900).By("alice").Started();
        asking = asking with { Status = asking.Status! with { Projection = TrainingProjection.Of(new(new(800), default), new(new(600), default), null) } };
        budgets = [.. Budgets.After(budgets, CarbonBudgetPlanner.Decide(budgets, [asking], Then))];
        Assert.Equal(1_400, budgets[0].Status!.Holds![0].RefusedMilligrams);
        budgets = [.. Budgets.After(budgets, CarbonBudgetPlanner.Decide(budgets, [asking], Then, Decide(Override().Bound(), budgets[0], asking).Allowances))];
        var hold = budgets[0].Status!.Holds![0];
        // What it asks for and no tenth more: an override is not for comfort.
        Assert.Equal((1_400L, 400L, null), (hold.Milligrams, hold.OverrideMilligrams, hold.RefusedMilligrams));
    }

    [Fact]
    public void A_hold_given_back_makes_the_override_ready_again()
    {
        var used = Override() with { Status = new() { Phase = BudgetOverridePhase.Used, RunUid = "uid-r0", UsedBy = new() { Name = "r0", Uid = "uid-r0" }, UsedAt = Then, BookedMilligrams = 500, Booked = "0.5 g" } };
        var next = After(used, Budget("a"), AlicesRun);
        AssertSays(next, BudgetOverridePhase.Ready, "Approved", "True", "False", "False");
        Assert.Equal((null, null, null), (next.UsedBy, next.BookedMilligrams, next.UsedAt));
    }

    [Fact]
    public void Each_change_of_phase_is_told_and_counted_once()
    {
        using var registry = new PrometheusRegistry(static meter => meter.Name == BudgetOverrideMetrics.MeterName);
        using var runtime = new RuntimeMetrics();
        using var client = new ModelOperator.Kubernetes.KubernetesClient(new() { Host = new Uri("http://127.0.0.1:1") }, new(), TimeProvider.System, new Random(1));
        using var metrics = new BudgetOverrideMetrics(new Caches(client, new InformerOptions(), TimeProvider.System, runtime, NullLoggerFactory.Instance));
        var ready = After(Override(), Budget("a"), AlicesRun);
        var refused = After(Override(user: "alice"), Budget("a"), AlicesRun);
        Assert.Equal(("Normal", "Approved"), (BudgetOverrideStatuses.Note(null, ready)!.Type, BudgetOverrideStatuses.Note(null, ready)!.Reason));
        Assert.Equal(("Warning", "ApproverIsCreator"), (BudgetOverrideStatuses.Note(ready, refused)!.Type, BudgetOverrideStatuses.Note(ready, refused)!.Reason));
        Assert.Null(BudgetOverrideStatuses.Note(ready, ready with { ObservedGeneration = 2 }));
        var (made, then) = (Override(), Override() with { Status = ready });
        metrics.Observe(new(null, then, Initial: true));
        metrics.Observe(new(made, then, Initial: false));
        metrics.Observe(new(then, then with { Status = ready with { ObservedGeneration = 2 } }, Initial: false));
        metrics.Observe(new(then, made with { Status = ready with { Phase = BudgetOverridePhase.Used } }, Initial: false));
        metrics.Observe(new(then, null, Initial: false));
        var text = registry.Write();
        Assert.Contains("modelop_budget_overrides_total{namespace=\"team\",phase=\"Ready\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("modelop_budget_overrides_total{namespace=\"team\",phase=\"Used\"} 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("r0", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CarbonBudgetKind.CarbonBudget, "team/a")]
    [InlineData(CarbonBudgetKind.ClusterCarbonBudget, "a")]
    public void Of_two_budgets_of_the_same_name_the_one_of_the_kind_that_is_named_is_exceeded(CarbonBudgetKind kind, string name)
    {
        var one = Override().Bound();
        one.Spec = one.Spec with { Budget = new() { Kind = kind, Name = "a" } };
        IReadOnlyList<V1CarbonBudget> budgets = [Budget("a", "0.9"), Cluster("a", "0.9", Department)];
        var overridden = BudgetOverridePlanner.Decide([Wire(one)], budgets, static _ => AlicesRun, Rules, Then, Labels);
        Assert.Equal((name, "uid-r0"), overridden.Allowances.Keys.Single());
        // Each lacks room, so that both would have to be exceeded.
        Assert.Empty(Budgets.After(budgets, CarbonBudgetPlanner.Decide(budgets, [AlicesRun], Then, overridden.Allowances, Labels)).SelectMany(static b => b.Held()));
        budgets = [.. budgets.Select(b => CarbonBudgetReference.To(b).Kind == kind ? b : b is V1ClusterCarbonBudget ? Cluster("a", "9", Department) : Budget("a", "9"))];
        var held = Budgets.After(budgets, CarbonBudgetPlanner.Decide(budgets, [AlicesRun], Then, overridden.Allowances, Labels));
        Assert.All(held, b => Assert.Equal(CarbonBudgetReference.To(b).Kind == kind ? "uid-o" : null, b.Status!.Holds!.Single().OverrideUid));
        var used = After(one, held.Single(b => CarbonBudgetReference.To(b).Kind == kind), AlicesRun);
        Assert.Contains($"exceeds {kind} a by", Conditions.Find(used.Conditions, "Ready")!.Message, StringComparison.Ordinal);
    }
}

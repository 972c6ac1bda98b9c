using ModelOperator.Carbon.Budgets;
using ModelOperator.CarbonBudgets;
using static ModelOperator.Tests.CarbonBudgets.Budgets;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>The ledger of a namespace, decision by decision.</summary>
public sealed class CarbonBudgetPlannerTests
{
    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void A_run_that_needs_exactly_what_is_left_is_admitted_and_one_that_needs_more_is_not(long milligrams, bool held)
    {
        var budget = Settle([Budget("b", "1")], [Run("r", milligrams)], Now)[0];
        Assert.Equal(held, budget.Held().Contains("r"));
        Assert.Equal(held ? 0 : 1, budget.Status!.WaitingRuns);
        Assert.Equal(held ? milligrams : 0, budget.Status.ReservedMilligrams);
    }

    [Theory]
    [InlineData(100, 2_000_000, true)]
    [InlineData(100, 2_000_001, false)]
    [InlineData(1001, 1, false)]
    public void Both_limits_must_hold(long milligrams, long milliwattHours, bool held) =>
        Assert.Equal(held, Settle([Budget("b", "1", "2")], [Run("r", milligrams, milliwattHours)], Now)[0].Held().Length == 1);

    [Theory]
    [InlineData(CarbonBudgetReserve.P50, 500)]
    [InlineData(CarbonBudgetReserve.P95, 1000)]
    public void The_budget_says_which_estimate_it_reserves(CarbonBudgetReserve reserve, long milligrams) =>
        Assert.Equal(milligrams, Settle([Budget("b", "5", change: s => s with { Reserve = reserve })], [Run("r", 1000)], Now)[0].Status!.ReservedMilligrams);

    [Theory]
    [InlineData(CarbonBudgetEnforcement.Queue, WaiterReason.BudgetExhausted, false)]
    [InlineData(CarbonBudgetEnforcement.Deny, WaiterReason.BudgetExhausted, false)]
    [InlineData(CarbonBudgetEnforcement.Warn, WaiterReason.GrantedOverLimit, true)]
    [InlineData(CarbonBudgetEnforcement.Audit, WaiterReason.Granted, true)]
    public void Each_enforcement_treats_a_run_without_room_in_its_own_way(CarbonBudgetEnforcement enforcement, WaiterReason reason, bool held)
    {
        IReadOnlyList<V1CarbonBudget> budgets = [Budget("b", "1", change: s => s with { Enforcement = enforcement })];
        var plan = CarbonBudgetPlanner.Decide(budgets, [Run("a", 600, age: 2), Run("z", 600, age: 1)], Now);
        Assert.Equal(reason, plan.Outcomes.Single(o => o.RunUid == "uid-z").Reason);
        Assert.Equal(held ? ["a", "z"] : ["a"], After(budgets, plan)[0].Held());
    }

    [Fact]
    public void The_older_run_comes_first_and_a_smaller_one_may_pass_a_larger_one()
    {
        var budget = Settle([Budget("b", "1")], [Run("young", 900, age: 1), Run("old", 200, age: 9), Run("small", 700, age: 0)], Now)[0];
        Assert.Equal(["old", "small"], budget.Held());
    }

    [Fact]
    public void A_queued_run_starts_when_another_settles_below_its_reserve()
    {
        var budgets = Settle([Budget("b", "1")], [Run("a", 800, age: 2), Run("z", 400)], Now);
        Assert.Equal(["a"], budgets[0].Held());
        budgets = Settle(budgets, [Run("a", 800, age: 2).Over(500), Run("z", 400)], Now.AddMinutes(1));
        Assert.Equal(["z"], budgets[0].Held());
        Assert.Equal((500, 400, 1, 0), (budgets[0].Status!.SettledMilligrams, budgets[0].Status!.ReservedMilligrams, budgets[0].Status!.SettledRuns, budgets[0].Status!.WaitingRuns));
        Assert.Equal("0.9 / 1 g", budgets[0].Status!.Emissions);
    }

    [Fact]
    public void Amounts_below_a_thousandth_show_where_the_limit_is_small() =>
        Assert.Equal("0.0004 / 0.02 kWh", Settle([Budget("b", "1", "0.02")], [Run("a", 1, 400)], Now)[0].Status!.Energy);

    [Fact]
    public void Settlement_counts_the_facilitys_overhead_and_never_happens_twice()
    {
        var over = Run("a", 800, 1000).Over(700, 900, pue: 1500);
        var budgets = Settle(Settle([Budget("b", "1", "1")], [Run("a", 800, 1000)], Now), [over], Now);
        for (var i = 0; i < 5; i++)
            budgets = Settle(budgets, [over], Now.AddMinutes(i));
        Assert.Equal((700, 1350, 1), (budgets[0].Status!.SettledMilligrams, budgets[0].Status!.SettledMilliwattHours, budgets[0].Status!.SettledRuns));
    }

    [Fact]
    public void A_run_gets_all_its_budgets_or_none()
    {
        var budgets = Settle([Budget("b", "5"), Budget("a", "0.1")], [Run("r", 200)], Now);
        Assert.All(budgets, b => Assert.Empty(b.Held()));
        Assert.All(budgets, b => Assert.Equal(1, b.Status!.WaitingRuns));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_crash_between_the_writes_of_two_budgets_is_completed(int writes)
    {
        IReadOnlyList<V1CarbonBudget> budgets = [Budget("a", "1"), Budget("b", "1")];
        IReadOnlyList<ModelOperator.TrainingRuns.V1TrainingRun> runs = [Run("r", 600, age: 2), Run("s", 600)];
        budgets = After(budgets, CarbonBudgetPlanner.Decide(budgets, runs, Now), writes);
        budgets = Settle(budgets, runs, Now.AddSeconds(5));
        Assert.All(budgets, b => Assert.Equal(["r"], b.Held()));
    }

    [Fact]
    public void A_partial_hold_is_given_back_when_the_other_budget_has_no_room_and_the_caller_must_see_that_the_run_has_not_started()
    {
        var held = Settle([Budget("a", "1")], [Run("r", 600)], Now);
        var plan = CarbonBudgetPlanner.Decide([.. held, Budget("b", "0.5")], [Run("r", 600)], Now);
        Assert.Equal("uid-r", Assert.Single(plan.GivenBack));
        var premise = Assert.Single(plan.Premises);
        Assert.Equal(CarbonBudgetPremiseKind.NotStarted, premise.Kind);
        Assert.True(CarbonBudgetPlan.Holds(premise, Run("r", 600)));
        Assert.False(CarbonBudgetPlan.Holds(premise, Run("r", 600).Started()));
    }

    [Fact]
    public void A_budget_made_while_a_run_is_under_way_books_it_whether_it_fits_or_not()
    {
        var budgets = Settle([Budget("late", "0.1")], [Run("r", 600).Started()], Now);
        Assert.Equal(["r"], budgets[0].Held());
        budgets = Settle(budgets, [Run("r", 600).Over(500)], Now);
        Assert.Equal(500, budgets[0].Status!.SettledMilligrams);
        Assert.Equal("True", budgets[0].Status!.Conditions!.Single(c => c.Type == "Exceeded").Status);
        Assert.Empty(Settle([Budget("later")], [Run("r", 600).Over(500)], Now)[0].Held());
    }

    [Fact]
    public void A_run_deleted_while_held_is_booked_with_its_reserve_after_the_grace_time()
    {
        var budgets = Settle([Budget("b")], [Run("r", 600).Started()], Now);
        var early = CarbonBudgetPlanner.Decide(budgets, [], Now.AddSeconds(30));
        Assert.Empty(early.Writes);
        Assert.Equal(TimeSpan.FromSeconds(30), early.RequeueAfter);
        var plan = CarbonBudgetPlanner.Decide(budgets, [], Now.AddSeconds(60));
        Assert.Equal(new(CarbonBudgetPremiseKind.Gone, "uid-r", new("team", "r")), Assert.Single(plan.Premises));
        Assert.Equal((600, 0), (plan.Writes[0].Next.SettledMilligrams, plan.Writes[0].Next.ReservedMilligrams));
    }

    [Fact]
    public void A_new_month_begins_at_zero_with_the_debt_of_the_last_one_and_keeps_the_holds()
    {
        IReadOnlyList<ModelOperator.TrainingRuns.V1TrainingRun> runs = [Run("done", 900).Over(1_400), Run("long", 50).Started()];
        var march = Settle(Settle([Budget("b")], [Run("done", 900), Run("long", 50)], Now), runs, Now);
        Assert.Equal((1_400, 50), (march[0].Status!.SettledMilligrams, march[0].Status!.ReservedMilligrams));
        var plan = CarbonBudgetPlanner.Decide(march, runs, Now);
        Assert.Equal(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero) - Now, plan.RequeueAfter);
        var april = Settle(march, runs, new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal((0, 400, 50, 0), (april[0].Status!.SettledMilligrams, april[0].Status!.DebtMilligrams, april[0].Status!.ReservedMilligrams, (int)april[0].Status!.SettledRuns));
        Assert.Contains(CarbonBudgetNotes.Of(march[0].Status, april[0].Status!), n => n.Reason == CarbonBudgetReasons.WindowStarted);
        var settled = Settle(april, [Run("long", 50).Over(40)], new(2026, 4, 2, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal((40, 1L), (settled[0].Status!.SettledMilligrams, settled[0].Status!.SettledRuns));
    }

    public static TheoryData<string, CarbonBudgetSpec> Wrong() => new()
    {
        { "spec.limit: needs gramsCO2e, kilowattHours or both", new() { Limit = new() } },
        { "spec.limit.gramsCO2e: \"many\" is not a decimal number in range", new() { Limit = new() { GramsCO2e = "many" } } },
        { "spec.limit.gramsCO2e: \"-1\" is not", new() { Limit = new() { GramsCO2e = "-1" } } },
        { "spec.limit.kilowattHours: \"99999999999999999999\" is not", new() { Limit = new() { KilowattHours = "99999999999999999999" } } },
        { "spec.timeZone: time zone 'Mars/Olympus' is not known", new() { Limit = new() { GramsCO2e = "9" }, TimeZone = "Mars/Olympus" } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_invalid_spec_is_refused_at_admission_and_admits_nothing_until_it_is_mended(string words, CarbonBudgetSpec spec)
    {
        var budget = Budget("b") with { Spec = spec };
        Assert.Contains(words, CarbonBudgetAdmission.Refusal(null, budget), StringComparison.Ordinal);
        Assert.Null(CarbonBudgetAdmission.Refusal(budget, budget));
        var after = Settle([budget], [Run("r", 1, 1)], Now)[0];
        Assert.Empty(after.Held());
        Assert.Equal("True", after.Status!.Conditions!.Single(c => c.Type == "Stalled").Status);
        Assert.Contains(words, after.Status.Conditions!.Single(c => c.Type == "Stalled").Message, StringComparison.Ordinal);
        Assert.Equal(["r"], Settle([after with { Spec = Budget("b").Spec }], [Run("r", 1, 1)], Now)[0].Held());
    }

    [Fact]
    public void The_budget_selects_its_runs_by_label_model_and_namespace()
    {
        var labelled = Run("l", 1);
        labelled.Metadata.Labels = new() { ["team"] = "red" };
        var other = Run("o", 1);
        other.Metadata.NamespaceProperty = "elsewhere";
        CarbonBudgetSelector red = new() { MatchLabels = new Dictionary<string, string> { ["team"] = "red" } };
        CarbonBudgetSelector model = new() { ModelNames = ["rubies"] };
        Assert.True(CarbonBudgetMatcher.Covers(Budget("b"), labelled));
        Assert.False(CarbonBudgetMatcher.Covers(Budget("b"), other));
        Assert.True(CarbonBudgetMatcher.Covers(Budget("b", change: s => s with { Selector = red }), labelled));
        Assert.False(CarbonBudgetMatcher.Covers(Budget("b", change: s => s with { Selector = red }), Run("x", 1)));
        Assert.False(CarbonBudgetMatcher.Covers(Budget("b", change: s => s with { Selector = model }), labelled));
    }

    [Fact]
    public void A_deleted_budget_and_a_deleted_waiting_run_take_no_part()
    {
        var going = Budget("b", "0.001");
        going.Metadata.DeletionTimestamp = Now;
        var run = Run("r", 500);
        Assert.Equal(["r"], Settle([going, Budget("c")], [run], Now)[1].Held());
        run.Metadata.DeletionTimestamp = Now;
        Assert.Empty(Settle([Budget("c")], [run], Now)[0].Held());
    }

    [Fact]
    public void Waiting_exceeding_and_a_wrong_spec_are_told_once_each()
    {
        var before = Settle([Budget("b")], [], Now)[0];
        var waiting = Settle([before], [Run("r", 2000)], Now)[0];
        Assert.Equal([CarbonBudgetReasons.RunsWaiting], CarbonBudgetNotes.Of(before.Status, waiting.Status!).Select(n => n.Reason));
        Assert.Empty(CarbonBudgetNotes.Of(waiting.Status, waiting.Status!));
        Assert.Contains("1 runs wait for room; the window ends at 2026-04-01T00:00:00Z", waiting.Status!.Conditions!.Single(c => c.Type == "Ready").Message, StringComparison.Ordinal);
    }
}

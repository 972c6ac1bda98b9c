using ModelOperator.CarbonBudgets;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>What a budget's spec may say besides its limit.</summary>
public sealed class CarbonBudgetTermsTests
{
    private static readonly DateTimeOffset April = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_limit_per_run_adds_nothing_up_and_never_resets()
    {
        V1TrainingRun[] runs = [Run("a", 900, age: 3), Run("b", 1000, age: 2), Run("c", 1001, age: 1)];
        var budget = Settle([Budget("each", change: s => s with { Window = CarbonBudgetWindow.PerRun })], runs, Now)[0];
        Assert.Equal(["a", "b"], budget.Held());
        Assert.Equal((null, null, 1, "1.9 g, at most 1 a run"), (budget.Status!.WindowStart, budget.Status.WindowEnd, budget.Status.WaitingRuns, budget.Status.Emissions));
        Assert.Contains("each run is judged by itself", budget.Status.Conditions!.Single(c => c.Type == "Ready").Message, StringComparison.Ordinal);
        budget = Settle([budget], [runs[0].Started(), runs[1].Over(1500)], April.AddYears(3))[0];
        Assert.Equal(("a", 1500, 1, 0), (budget.Held().Single(), budget.Status!.SettledMilligrams, budget.Status.SettledRuns, budget.Status.DebtMilligrams));
        Assert.DoesNotContain(budget.Status.Conditions!, c => c is { Type: "Exceeded", Status: "True" });
    }

    [Fact]
    public void A_budget_that_changes_its_window_keeps_what_is_held_and_booked()
    {
        V1TrainingRun[] runs = [Run("a", 300).Over(200), Run("b", 400).Started()];
        var monthly = Settle(Settle([Budget("x")], [Run("a", 300), Run("b", 400)], Now), runs, Now);
        var each = Settle([monthly[0] with { Spec = monthly[0].Spec with { Window = CarbonBudgetWindow.PerRun } }], runs, Now);
        Assert.Equal(("b", 200, null), (each[0].Held().Single(), each[0].Status!.SettledMilligrams, each[0].Status!.WindowEnd));
        var again = Settle([each[0] with { Spec = monthly[0].Spec }], runs, Now);
        Assert.Equal(("b", 200, April), (again[0].Held().Single(), again[0].Status!.SettledMilligrams, again[0].Status!.WindowEnd));
    }

    [Theory]
    [InlineData(0, 0, 1000)]
    [InlineData(30, 300, 1300)]
    [InlineData(100, 800, 1800)]
    public void What_a_window_leaves_unused_passes_into_the_next_as_far_as_the_budget_says(int percent, long carried, long room)
    {
        var march = Settle([Budget("b", change: s => s with { CarryOver = new() { UnusedPercent = percent } })], [Run("a", 200)], Now);
        march = Settle(march, [Run("a", 200).Over(200)], Now);
        var april = Settle(march, [Run("exact", room, age: 2), Run("more", 1, age: 1)], April);
        Assert.Equal(["exact"], april[0].Held());
        Assert.Equal((carried == 0 ? null : carried, 0), (april[0].Status!.CarriedMilligrams, april[0].Status!.DebtMilligrams));
    }

    [Theory]
    [InlineData(true, 500)]
    [InlineData(false, 0)]
    public void What_was_used_beyond_the_limit_is_taken_off_the_next_window_unless_the_budget_forgives_it(bool debt, long expected)
    {
        var march = Settle([Budget("b", change: s => s with { CarryOver = new() { Debt = debt } })], [Run("a", 900)], Now);
        march = Settle(march, [Run("a", 900).Over(1500)], Now);
        Assert.Equal((expected, null), (Settle(march, [], April)[0].Status!.DebtMilligrams, Settle(march, [], April)[0].Status!.CarriedMilligrams));
    }

    [Fact]
    public void A_threshold_is_told_once_a_window_also_when_runs_settle_below_their_reserve()
    {
        IReadOnlyList<V1CarbonBudget> budgets = [Budget("b", change: s => s with { Thresholds = [95, 80, 50] })];
        Assert.Equal([null, 50, 80, 80, 80, 95], Steps().Select(s => s.Status!.ThresholdReached));
        budgets = Settle(budgets, [Run("e", 590).Over(0)], April);
        Assert.Null(budgets[0].Status!.ThresholdReached);

        IEnumerable<V1CarbonBudget> Steps()
        {
            V1TrainingRun a = Run("a", 400, age: 3), b = Run("b", 150, age: 2), c = Run("c", 250, age: 1), d = Run("d", 500);
            var told = new List<int>();
            foreach (var runs in new V1TrainingRun[][] { [a], [a, b], [a, b, c], [a.Over(300), b, c], [a.Over(300), b.Over(10), c.Over(60)], [d.Over(0), Run("e", 590)] })
            {
                var before = budgets[0].Status;
                budgets = Settle(budgets, runs, Now);
                told.AddRange(CarbonBudgetNotes.Of(before, budgets[0].Status!).Where(n => n.Reason == CarbonBudgetReasons.ThresholdReached).Select(n => int.Parse(n.Message.Split(' ')[0], null)));
                yield return budgets[0];
            }

            Assert.Equal([50, 80, 95], told);
        }
    }

    [Fact]
    public void The_limit_that_is_nearer_to_its_end_reaches_the_threshold() =>
        Assert.Equal(80, Settle([Budget("b", "1", "1", s => s with { Thresholds = [80] })], [Run("a", 100, 800_000)], Now)[0].Status!.ThresholdReached);

    [Theory]
    [InlineData(null, false)]
    [InlineData("Yearly", false)]
    [InlineData("SameHour", false)]
    [InlineData("Stale", true)]
    [InlineData("Forecast", true)]
    public void A_budget_may_start_nothing_on_a_grid_that_nobody_knows(string? quality, bool held)
    {
        var run = Run("r", 100);
        run = run with { Status = run.Status! with { Estimate = run.Status.Estimate! with { IntensityQuality = quality } } };
        Assert.Equal(["r"], Settle([Budget("b")], [run], Now)[0].Held());
        var strict = Settle([Budget("b", change: Deny), Budget("other")], [run], Now);
        Assert.Equal(held ? ["r"] : [], strict[0].Held());
        Assert.Equal(strict[0].Held(), strict[1].Held());
        Assert.Equal(held ? 0 : 1, strict[0].Status!.WaitingRuns);
        // Energy is known without a grid, and what only warns keeps nobody.
        Assert.Equal(["r"], Settle([Budget("b", null, "1", Deny)], [run], Now)[0].Held());
        Assert.Equal(["r"], Settle([Budget("b", change: s => Deny(s) with { Enforcement = CarbonBudgetEnforcement.Warn })], [run], Now)[0].Held());

        static CarbonBudgetSpec Deny(CarbonBudgetSpec spec) => spec with { IntensityUnavailable = CarbonBudgetIntensityUnavailable.Deny };
    }

    public static TheoryData<string, CarbonBudgetSpec> Wrong => new()
    {
        { "spec.thresholds[1]: 0 is not allowed; a percentage from 1 to 100 is.", Spec with { Thresholds = [80, 0] } },
        { "spec.thresholds[0]: 101 is not allowed", Spec with { Thresholds = [101] } },
        { "spec.thresholds: not allowed with window PerRun", Spec with { Window = CarbonBudgetWindow.PerRun, Thresholds = [80] } },
        { "spec.carryOver: not allowed with window PerRun", Spec with { Window = CarbonBudgetWindow.PerRun, CarryOver = new() } },
        { "spec.carryOver.unusedPercent: 101 is not allowed; 0 to 100 is.", Spec with { CarryOver = new() { UnusedPercent = 101 } } },
    };

    private static CarbonBudgetSpec Spec => Budget("b").Spec;

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_term_is_named(string message, CarbonBudgetSpec spec) =>
        Assert.Contains(message, CarbonBudgetAdmission.Refusal(null, Budget("b", change: _ => spec)), StringComparison.Ordinal);
}

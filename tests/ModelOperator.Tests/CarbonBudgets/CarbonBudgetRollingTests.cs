using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>Budgets whose window moves with the time. Now is 12:00.</summary>
public sealed class CarbonBudgetRollingTests
{
    private static V1CarbonBudget Rolling(int days = 1, string grams = "1", Func<CarbonBudgetSpec, CarbonBudgetSpec>? change = null) =>
        Budget("b", grams, change: s => (change ?? (static c => c))(s with { Window = CarbonBudgetWindow.Rolling, WindowDays = days }));

    [Fact]
    public void A_run_waits_until_enough_is_older_than_the_window_and_the_ledger_looks_then()
    {
        var budgets = Settle([Rolling()], [Run("a", 600), Run("b", 300)], Now);
        V1TrainingRun[] runs = [Run("a", 600).Over(500), Run("b", 300).Started(), Run("c", 400, age: 1)];
        budgets = Settle(budgets, runs, Now.AddMinutes(10));
        var status = budgets[0].Status!;
        Assert.Equal(("b", 1, 500, 300, 1), (Assert.Single(budgets[0].Held()), status.WaitingRuns, status.SettledMilligrams, status.ReservedMilligrams, status.SettledRuns));
        Assert.Equal(new CarbonSettledSum { Until = Now.AddHours(1), Milligrams = 500, Runs = 1 }, Assert.Single(status.SettledSums!));
        Assert.Equal((null, null, "0.8 / 1 g"), (status.WindowStart, status.WindowEnd, status.Emissions));
        Assert.Contains("what was settled counts until it is older than a day", Ready(budgets), StringComparison.Ordinal);

        var room = Now.AddHours(25);
        Assert.Equal(room - Now.AddMinutes(20), CarbonBudgetPlanner.Decide(budgets, runs, Now.AddMinutes(20)).RequeueAfter);
        budgets = Settle(budgets, runs, room.AddSeconds(-1));
        Assert.Equal(["b"], budgets[0].Held());
        budgets = Settle(budgets, runs, room);
        Assert.Equal(["b", "c"], budgets[0].Held());
        Assert.Equal((0, 0L, 0), (budgets[0].Status!.SettledMilligrams, budgets[0].Status!.SettledRuns, budgets[0].Status!.SettledSums!.Count));
    }

    [Fact]
    public void While_nothing_becomes_too_old_nothing_is_written()
    {
        V1TrainingRun[] runs = [Run("a", 600).Over(500)];
        var budgets = Settle(Settle([Rolling()], [Run("a", 600)], Now), runs, Now);
        for (var hour = 1; hour < 25; hour++)
            Assert.Empty(CarbonBudgetPlanner.Decide(budgets, runs, Now.AddHours(hour)).Writes);
        Assert.Single(CarbonBudgetPlanner.Decide(budgets, runs, Now.AddHours(25)).Writes);
    }

    [Fact]
    public void What_is_used_beyond_the_limit_counts_until_it_is_old_and_no_debt_is_carried()
    {
        var budgets = Settle(Settle([Rolling()], [Run("a", 900)], Now), [Run("a", 900).Over(1500)], Now);
        Assert.Contains("More was used than the limit allows; it counts until it is older than a day.", budgets[0].Status!.Conditions!.Single(static c => c.Type == "Exceeded").Message, StringComparison.Ordinal);
        budgets = Settle(budgets, [Run("x", 1)], Now.AddHours(24));
        Assert.Equal((1, 0), (budgets[0].Status!.WaitingRuns, budgets[0].Status!.DebtMilligrams));
        Assert.Equal(["x"], Settle(budgets, [Run("x", 1)], Now.AddHours(25))[0].Held());
    }

    [Fact]
    public void A_threshold_is_told_again_after_ten_points_less_were_used()
    {
        IReadOnlyList<V1CarbonBudget> budgets = [Rolling(change: static s => s with { Thresholds = [80, 95] })];
        var told = new List<string>();
        // Grams used in thousandths of the limit, hour by hour; runs that are over settle nothing.
        foreach (var used in (int[])[700, 810, 950, 860, 960, 840, 960, 790, 820, 690, 800])
        {
            var before = budgets[0].Status;
            budgets = Settle(budgets, [], Now);
            budgets = Settle([budgets[0] with { Status = budgets[0].Status! with { Holds = null } }], [Run("r" + used, used)], Now);
            told.AddRange(CarbonBudgetNotes.Of(before, budgets[0].Status!).Where(static n => n.Reason == CarbonBudgetReasons.ThresholdReached).Select(n => $"{used}: {n.Message.Split(' ')[0]}"));
        }

        Assert.Equal(["810: 80", "950: 95", "960: 95", "800: 80"], told);
    }

    [Fact]
    public void A_budget_that_begins_to_move_keeps_what_is_held_and_booked_and_back_again()
    {
        V1TrainingRun[] runs = [Run("a", 300).Over(200), Run("b", 400).Started()];
        var monthly = Settle(Settle([Budget("b")], [Run("a", 300), Run("b", 400)], Now), runs, Now);
        var rolling = Settle([monthly[0] with { Spec = Rolling(30).Spec }], runs, Now);
        Assert.Equal(("b", 200, null), (rolling[0].Held().Single(), rolling[0].Status!.SettledMilligrams, rolling[0].Status!.WindowEnd));
        var again = Settle([rolling[0] with { Spec = monthly[0].Spec }], runs, Now);
        Assert.Equal(("b", 200, null), (again[0].Held().Single(), again[0].Status!.SettledMilligrams, again[0].Status!.SettledSums));
    }

    [Fact]
    public void A_year_of_runs_leaves_a_status_of_a_few_dozen_kilobytes()
    {
        var status = Settle([Rolling(366)], [], Now)[0];
        var full = status with { Status = status.Status! with { SettledSums = [.. Enumerable.Range(0, 367).Select(static day => new CarbonSettledSum { Until = Now.AddDays(day), Milligrams = 123_456_789, MilliwattHours = 123_456_789, Runs = 99 })] } };
        Assert.InRange(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(full, CarbonBudgetsJson.Default.V1CarbonBudget).Length, 20_000, 50_000);
        Assert.Equal(full.Status!.SettledSums, Wire(full).Status!.SettledSums);
    }

    public static TheoryData<string, CarbonBudgetSpec> Wrong => new()
    {
        { "spec.windowDays: nothing is not allowed with window Rolling; 1 to 366 is.", Spec with { WindowDays = null } },
        { "spec.windowDays: 0 is not allowed with window Rolling; 1 to 366 is.", Spec with { WindowDays = 0 } },
        { "spec.windowDays: 367 is not allowed with window Rolling; 1 to 366 is.", Spec with { WindowDays = 367 } },
        { "spec.windowDays: 30 is not allowed with window Week; set window to Rolling, or leave it away.", Spec with { Window = CarbonBudgetWindow.Week, WindowDays = 30 } },
        { "spec.carryOver: not allowed with window Rolling", Spec with { CarryOver = new() } },
        { "spec.timeZone: \"Europe/Berlin\" is not allowed with window Rolling", Spec with { TimeZone = "Europe/Berlin" } },
    };

    private static CarbonBudgetSpec Spec => Rolling(30).Spec;

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_window_is_named_and_starts_nothing_until_it_is_mended(string message, CarbonBudgetSpec spec)
    {
        Assert.Null(CarbonBudgetAdmission.Refusal(null, Rolling(30)));
        Assert.Contains(message, CarbonBudgetAdmission.Refusal(null, Rolling(change: _ => spec)), StringComparison.Ordinal);
        var budgets = Settle([Rolling(change: _ => spec)], [Run("a", 1)], Now);
        Assert.Empty(budgets[0].Held());
        Assert.True(Conditions.IsTrue(budgets[0].Status!.Conditions, "Stalled"));
    }

    private static string Ready(IReadOnlyList<V1CarbonBudget> budgets) => budgets[0].Status!.Conditions!.Single(static c => c.Type == "Ready").Message;
}

using ModelOperator.CarbonBudgets;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>What the ledger answers runs at work and runs that it paused.</summary>
public sealed class CarbonBudgetExtensionTests
{
    [Theory]
    [InlineData(110, 440, null)] // no more than the margin of a tenth
    [InlineData(700, 1_000, null)] // all of the room, exactly
    [InlineData(630, 930, null)] // more than the margin
    [InlineData(701, 400, 1_001L)] // one too many
    public void A_run_at_work_gets_what_it_asks_for_or_keeps_what_it_has(long remaining, long held, long? refused)
    {
        var budgets = Settle(Held(400), [Asks(Run("r", 400), 300, remaining)], Now);
        var hold = Assert.Single(budgets[0].Status!.Holds!);
        Assert.Equal((held, refused, null), (hold.Milligrams, hold.RefusedMilligrams, hold.BookedMilligrams));
    }

    [Fact]
    public void The_margin_is_left_out_where_only_the_ask_itself_fits()
    {
        var hold = Settle(Held(950), [Asks(Run("r", 950), 900, 70)], Now)[0].Status!.Holds![0];
        Assert.Equal((970, null), (hold.Milligrams, hold.RefusedMilligrams));
    }

    [Theory]
    [InlineData(CarbonBudgetEnforcement.Warn)]
    [InlineData(CarbonBudgetEnforcement.Audit)]
    public void A_budget_that_only_warns_refuses_no_run_at_work(CarbonBudgetEnforcement enforcement)
    {
        var hold = Settle(Held(400, s => s with { Enforcement = enforcement }), [Asks(Run("r", 400), 300, 5_000)], Now)[0].Status!.Holds![0];
        Assert.Equal((5_300, null), (hold.Milligrams, hold.RefusedMilligrams));
    }

    [Fact]
    public void What_is_burnt_beyond_is_held_whatever_the_answer() =>
        Assert.Equal(1_200, Settle(Held(400), [Asks(Run("r", 400), 1_200, 50)], Now)[0].Status!.Holds![0].Milligrams);

    [Fact]
    public void A_refused_run_is_asked_for_again_when_others_settle()
    {
        var asking = Asks(Run("r", 400, age: 5), 300, 300);
        var budgets = Settle(Settle([Budget("b")], [Run("r", 400, age: 5), Run("o", 500)], Now), [asking, Run("o", 500).Started()], Now);
        Assert.Equal((400, 600), Of(budgets, "r", static h => (h.Milligrams, h.RefusedMilligrams!.Value)));
        budgets = Settle(budgets, [asking, Run("o", 500).Over(100)], Now);
        Assert.Equal((600, null), Of(budgets, "r", static h => (h.Milligrams, h.RefusedMilligrams)));
    }

    [Fact]
    public void A_paused_run_is_booked_in_this_window_and_gets_what_remains_in_the_next()
    {
        var paused = Pauses(Asks(Run("r", 950), 940, 300), 960);
        var budgets = Settle(Held(950), [paused], Now);
        Assert.Equal((960, 0, 0L), (budgets[0].Status!.SettledMilligrams, budgets[0].Status!.ReservedMilligrams, budgets[0].Status!.SettledRuns));
        Assert.Equal((960, 1_260), Of(budgets, "r", static h => (h.BookedMilligrams!.Value, h.RefusedMilligrams!.Value)));
        var april = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(april - Now, CarbonBudgetPlanner.Decide(budgets, [paused], Now).RequeueAfter);
        budgets = Settle(budgets, [paused], april);
        Assert.Equal((0, 300), (budgets[0].Status!.SettledMilligrams, budgets[0].Status!.ReservedMilligrams));
        Assert.Equal((960, null), Of(budgets, "r", static h => (h.BookedMilligrams!.Value, h.RefusedMilligrams)));
        budgets = Settle(budgets, [Run("r", 950).Over(1_200)], april.AddDays(1));
        Assert.Equal((240, 0, 1L), (budgets[0].Status!.SettledMilligrams, budgets[0].Status!.ReservedMilligrams, budgets[0].Status!.SettledRuns));
    }

    [Fact]
    public void What_does_not_fit_all_budgets_is_held_by_none()
    {
        IReadOnlyList<V1CarbonBudget> budgets = Settle([Budget("a", "5"), Budget("b", "1")], [Run("r", 900)], Now);
        var asking = Asks(Run("r", 900), 800, 400);
        budgets = Settle(budgets, [asking], Now);
        Assert.Equal([(900, null), (900, 1_200L)], budgets.Select(static b => (b.Status!.Holds![0].Milligrams, b.Status.Holds[0].RefusedMilligrams)));
        budgets = Settle(budgets, [Pauses(asking, 900)], Now);
        Assert.Equal([0L, 0L], budgets.Select(static b => b.Status!.ReservedMilligrams));
        Assert.Equal([900L, 900L], budgets.Select(static b => b.Status!.SettledMilligrams));
    }

    [Fact]
    public void A_run_at_work_comes_before_a_paused_one_and_both_before_one_that_waits()
    {
        IReadOnlyList<V1CarbonBudget> budgets = Settle([Budget("b")], [Run("w", 300, age: 2), Run("p", 300, age: 9)], Now);
        IReadOnlyList<V1TrainingRun> runs = [Asks(Run("w", 300, age: 2), 250, 350), Pauses(Asks(Run("p", 300, age: 9), 300, 200), 300), Run("new", 100, age: 20)];
        budgets = Settle(budgets, runs, Now);
        Assert.Equal((600, null), Of(budgets, "w", static h => (h.Milligrams, h.RefusedMilligrams)));
        Assert.Equal((0, 500), Of(budgets, "p", static h => (h.Milligrams, h.RefusedMilligrams!.Value)));
        Assert.Equal(["new", "p", "w"], budgets[0].Held());
    }

    [Fact]
    public void A_paused_run_that_is_gone_is_booked_once()
    {
        var budgets = Settle(Held(950), [Pauses(Asks(Run("r", 950), 940, 300), 960)], Now);
        budgets = Settle(budgets, [], Now.AddMinutes(2));
        Assert.Equal((960, 1L), (budgets[0].Status!.SettledMilligrams, budgets[0].Status!.SettledRuns));
        Assert.Empty(budgets[0].Held());
    }

    [Fact]
    public void An_extension_and_a_refusal_are_told_once_each()
    {
        var held = Held(400)[0];
        var grown = Settle([held], [Asks(Run("r", 400), 300, 200)], Now)[0];
        Assert.Equal([CarbonBudgetReasons.HoldExtended], CarbonBudgetNotes.Of(held.Status, grown.Status!).Select(static n => n.Reason));
        var refused = Settle([grown], [Asks(Run("r", 400), 300, 900)], Now)[0];
        Assert.Equal([CarbonBudgetReasons.ExtensionRefused], CarbonBudgetNotes.Of(grown.Status, refused.Status!).Select(static n => n.Reason));
        Assert.Empty(CarbonBudgetNotes.Of(refused.Status, refused.Status!));
    }

    /// <summary>A budget of one gram in which run r holds something.</summary>
    private static IReadOnlyList<V1CarbonBudget> Held(long milligrams, Func<CarbonBudgetSpec, CarbonBudgetSpec>? change = null) =>
        Settle([Budget("b", "1", change: change)], [Run("r", milligrams)], Now);

    private static V1TrainingRun Asks(V1TrainingRun run, long used, long remaining) => run.Started() is var started
        ? started with { Status = started.Status! with { Projection = new() { EmissionsMilligramsUsed = used, EmissionsMilligramsRemaining = remaining } } } : run;

    private static V1TrainingRun Pauses(V1TrainingRun run, long burnt) => run with
    {
        Status = run.Status! with
        {
            Phase = TrainingRunPhase.Paused,
            Pause = new() { Reason = TrainingRunReasons.PausedByBudget },
            Energy = new() { Method = "ModelledCPU", EmissionsMilligrams = burnt },
            Projection = run.Status.Projection! with { EmissionsMilligramsUsed = burnt },
        },
    };

    private static T Of<T>(IReadOnlyList<V1CarbonBudget> budgets, string run, Func<CarbonHold, T> value) => value(budgets[0].Status!.Holds!.Single(h => h.RunName == run));
}

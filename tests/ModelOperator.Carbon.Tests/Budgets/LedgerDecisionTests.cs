using ModelOperator.Carbon.Budgets;

namespace ModelOperator.Carbon.Tests.Budgets;

public class LedgerDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly BudgetCalendar Monthly = BudgetCalendar.In(BudgetPeriod.Month, TimeZoneInfo.Utc);

    private static BudgetAmount Grams(long milligrams) => new(new(milligrams), Energy.Zero);

    private static BudgetLedger Ledger(string name, long milligrams, BudgetEnforcement enforcement = BudgetEnforcement.Queue) =>
        BudgetLedger.Open(name, Monthly, new(new Emissions(milligrams), null), Now) with { Enforcement = enforcement };

    private static BudgetWaiter Waiter(string uid, long milligrams, params string[] budgets) =>
        new(uid, $"team/{uid}", 0, Now, [.. budgets.Select(b => new BudgetClaim(b, Grams(milligrams)))]);

    private static (string Uid, WaiterReason Reason)[] Outcomes(LedgerDecisionResult result) =>
        [.. result.Outcomes.Select(o => (o.RunUid, o.Reason))];

    [Fact]
    public void Waiters_are_served_by_priority_then_age_then_uid()
    {
        var result = LedgerDecision.Decide(
            [Ledger("b", 1_000)],
            [
                Waiter("d", 1, "b"),
                Waiter("c", 1, "b"),
                Waiter("b", 1, "b") with { CreatedAt = Now.AddHours(-1) },
                Waiter("a", 1, "b") with { Priority = -1 },
                Waiter("e", 1, "b") with { Priority = 5 },
            ],
            Now);
        Assert.Equal(["e", "b", "c", "d", "a"], result.Outcomes.Select(o => o.RunUid));
        Assert.All(result.Outcomes, o => Assert.True(o.MayStart));
        Assert.Equal("Reserved in b.", result.Outcomes[0].Message);
        Assert.Equal(5, result.Ledgers["b"].Holds.Count);
        Assert.Equal(["b"], result.Changed.AsEnumerable());
        Assert.Empty(result.GivenBack);
    }

    [Fact]
    public void A_run_that_does_not_fit_waits_and_does_not_stop_a_smaller_one()
    {
        var result = LedgerDecision.Decide(
            [Ledger("b", 100)], [Waiter("a", 60, "b"), Waiter("b", 50, "b"), Waiter("c", 40, "b"), Waiter("d", 101, "b")], Now);
        Assert.Equal(
            [("a", WaiterReason.Granted), ("b", WaiterReason.BudgetExhausted), ("c", WaiterReason.Granted), ("d", WaiterReason.NeverFits)],
            Outcomes(result));
        Assert.Equal(
            "CarbonBudget b: needed 0.05 gCO2e, available 0.04 gCO2e of 0.1 gCO2e. The budget resets at 2026-04-01T00:00:00Z.",
            result.Outcomes[1].Message);
        Assert.False(result.Outcomes[1].MayStart);
        Assert.Equal(Monthly.WindowAt(Now).End, result.Outcomes[1].Shortfall!.ResetsAt);
        Assert.Equal(new Emissions(0), result.Ledgers["b"].AvailableEmissions);
    }

    [Fact]
    public void A_run_gets_all_its_budgets_or_none()
    {
        var result = LedgerDecision.Decide([Ledger("wide", 100), Ledger("narrow", 10)], [Waiter("a", 50, "wide", "narrow")], Now);
        Assert.Equal([("a", WaiterReason.NeverFits)], Outcomes(result));
        Assert.Empty(result.Changed);
        Assert.Empty(result.Ledgers["wide"].Holds);
    }

    [Fact]
    public void Every_budget_without_room_is_named()
    {
        var full = Ledger("x", 100) with { Settled = Grams(90) };
        var result = LedgerDecision.Decide([full, Ledger("y", 5)], [Waiter("a", 20, "y", "x")], Now);
        Assert.Equal(WaiterReason.NeverFits, result.Outcomes[0].Reason);
        Assert.Contains("CarbonBudget x:", result.Outcomes[0].Message, StringComparison.Ordinal);
        Assert.Contains("CarbonBudget y:", result.Outcomes[0].Message, StringComparison.Ordinal);
        Assert.Equal("y", result.Outcomes[0].Shortfall!.Budget);
    }

    [Fact]
    public void A_partial_hold_is_completed_when_there_is_room()
    {
        var half = Ledger("x", 100).TryReserve("a", "team/a", Grams(20), Now).Ledger;
        var result = LedgerDecision.Decide([half, Ledger("y", 100)], [Waiter("a", 20, "x", "y")], Now);
        Assert.Equal([("a", WaiterReason.Granted)], Outcomes(result));
        Assert.Equal(["y"], result.Changed.AsEnumerable());
    }

    [Fact]
    public void A_partial_hold_is_given_back_when_another_budget_has_no_room()
    {
        var half = Ledger("x", 100).TryReserve("a", "team/a", Grams(60), Now).Ledger;
        var full = Ledger("y", 100) with { Settled = Grams(90) };
        var result = LedgerDecision.Decide([half, full], [Waiter("a", 60, "x", "y"), Waiter("b", 80, "x")], Now);
        Assert.Equal([("a", WaiterReason.BudgetExhausted), ("b", WaiterReason.Granted)], Outcomes(result));
        Assert.Equal(["b"], result.Ledgers["x"].Holds.Keys);
        Assert.Equal(["a"], result.GivenBack.Select(h => h.RunUid));
    }

    [Fact]
    public void Deciding_again_on_the_result_changes_nothing()
    {
        BudgetWaiter[] waiters = [Waiter("a", 60, "x", "y"), Waiter("b", 60, "x"), Waiter("c", 30, "y")];
        var first = LedgerDecision.Decide([Ledger("x", 100), Ledger("y", 100)], waiters, Now);
        var second = LedgerDecision.Decide(first.Ledgers.Values, waiters, Now.AddHours(1));
        Assert.Empty(second.Changed);
        Assert.Equal(
            [("a", WaiterReason.AlreadyGranted), ("b", WaiterReason.BudgetExhausted), ("c", WaiterReason.AlreadyGranted)],
            Outcomes(second));
        Assert.Equal("Reserved in x, y.", second.Outcomes[0].Message);
    }

    [Fact]
    public void A_run_that_no_budget_matches_may_start()
    {
        var result = LedgerDecision.Decide([], [Waiter("a", 1)], Now);
        Assert.Equal([("a", WaiterReason.NoBudget)], Outcomes(result));
        Assert.True(result.Outcomes[0].MayStart);
    }

    [Fact]
    public void A_budget_that_is_not_there_makes_the_run_wait_and_gives_back_the_rest()
    {
        var half = Ledger("x", 100).TryReserve("a", "team/a", Grams(60), Now).Ledger;
        var result = LedgerDecision.Decide([half], [Waiter("a", 60, "x", "gone")], Now);
        Assert.Equal([("a", WaiterReason.BudgetMissing)], Outcomes(result));
        Assert.Contains("gone", result.Outcomes[0].Message, StringComparison.Ordinal);
        Assert.Empty(result.Ledgers["x"].Holds);
    }

    [Theory]
    [InlineData(BudgetEnforcement.Warn, WaiterReason.GrantedOverLimit, "Admitted beyond the limit. CarbonBudget b: needed")]
    [InlineData(BudgetEnforcement.Audit, WaiterReason.Granted, "Reserved in b.")]
    [InlineData(BudgetEnforcement.Deny, WaiterReason.NeverFits, "CarbonBudget b: needed")]
    public void Warn_and_audit_admit_and_book(BudgetEnforcement enforcement, WaiterReason reason, string message)
    {
        var result = LedgerDecision.Decide([Ledger("b", 100, enforcement)], [Waiter("a", 150, "b")], Now);
        Assert.Equal([("a", reason)], Outcomes(result));
        Assert.StartsWith(message, result.Outcomes[0].Message, StringComparison.Ordinal);
        Assert.Equal(result.Outcomes[0].MayStart ? Grams(150) : Grams(0), result.Ledgers["b"].Reserved);
    }

    [Fact]
    public void Budgets_may_ask_different_amounts_of_one_run()
    {
        var waiter = Waiter("a", 0) with { Claims = [new("x", Grams(10)), new("y", Grams(18))] };
        var result = LedgerDecision.Decide([Ledger("x", 10), Ledger("y", 18)], [waiter], Now);
        Assert.Equal((Grams(10), Grams(18)), (result.Ledgers["x"].Reserved, result.Ledgers["y"].Reserved));
        Assert.Equal(["x", "y"], result.Changed.AsEnumerable());
    }

    [Fact]
    public void Twins_are_refused()
    {
        Assert.Throws<ArgumentException>(() => LedgerDecision.Decide([Ledger("x", 1)], [Waiter("a", 1, "x"), Waiter("a", 1, "x")], Now));
        Assert.Throws<ArgumentException>(() => LedgerDecision.Decide([Ledger("x", 1), Ledger("x", 2)], [], Now));
    }
}

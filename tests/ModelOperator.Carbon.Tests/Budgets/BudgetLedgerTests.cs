using ModelOperator.Carbon.Budgets;

namespace ModelOperator.Carbon.Tests.Budgets;

public class BudgetLedgerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly BudgetCalendar Monthly = BudgetCalendar.In(BudgetPeriod.Month, TimeZoneInfo.Utc);
    private static readonly BudgetCalendar PerRun = BudgetCalendar.In(BudgetPeriod.PerRun, TimeZoneInfo.Utc);

    private static BudgetAmount Amount(long milligrams, long milliwattHours = 0) => new(new(milligrams), new(milliwattHours));

    private static BudgetLedger Ledger(long? milligrams, long? milliwattHours = null, BudgetCalendar? calendar = null) => BudgetLedger.Open(
        "team/monthly",
        calendar ?? Monthly,
        new(milligrams is { } g ? new Emissions(g) : null, milliwattHours is { } e ? new Energy(e) : null),
        Now);

    private static BudgetLedger Hold(BudgetLedger ledger, string uid, BudgetAmount amount)
    {
        var change = ledger.TryReserve(uid, $"team/{uid}", amount, Now);
        Assert.Equal(ReserveStatus.Held, change.Status);
        return change.Ledger;
    }

    [Fact]
    public void A_new_ledger_is_empty_in_its_window()
    {
        var ledger = Ledger(100, 200);
        Assert.Equal(Monthly.WindowAt(Now), ledger.Window);
        Assert.Equal((new Emissions(100), new Energy(200)), (ledger.AvailableEmissions, ledger.AvailableEnergy));
        Assert.Equal(BudgetAmount.Zero, ledger.Reserved + ledger.Settled + ledger.Carry);
    }

    [Theory]
    [InlineData(100, 200, ReserveStatus.Held)] // equality fits
    [InlineData(101, 200, ReserveStatus.Refused)]
    [InlineData(100, 201, ReserveStatus.Refused)] // both limits must hold
    [InlineData(0, 0, ReserveStatus.Held)]
    public void A_request_fits_up_to_the_limit_and_both_limits_hold(long milligrams, long milliwattHours, ReserveStatus status)
    {
        var ledger = Ledger(100, 200);
        var change = ledger.TryReserve("a", "team/a", Amount(milligrams, milliwattHours), Now);
        Assert.Equal(status, change.Status);
        Assert.Equal(status == ReserveStatus.Refused, ReferenceEquals(ledger, change.Ledger));
        Assert.Equal(status == ReserveStatus.Refused, change.Shortfall is not null);
    }

    [Fact]
    public void A_limit_that_is_not_set_does_not_limit()
    {
        Assert.Null(Ledger(100).AvailableEnergy);
        Hold(Ledger(100), "a", Amount(100, 1_000_000_000));
        Hold(Ledger(null, 100), "a", Amount(1_000_000_000, 100));
        Hold(Ledger(null), "a", Amount(BudgetLedger.MaxUnits, BudgetLedger.MaxUnits));
    }

    [Fact]
    public void The_first_amount_of_a_run_stays()
    {
        var ledger = Hold(Ledger(100), "a", Amount(60));
        var again = ledger.TryReserve("a", "team/a", Amount(90), Now.AddHours(1));
        Assert.Equal(ReserveStatus.AlreadyHeld, again.Status);
        Assert.Same(ledger, again.Ledger);
        Assert.Equal(new BudgetHold("a", "team/a", Amount(60), Now), ledger.Holds["a"]);
    }

    [Fact]
    public void A_refusal_names_budget_needed_available_and_reset()
    {
        var ledger = Hold(Ledger(100_000, 2_000_000), "a", Amount(60_000, 1_500_000));
        var refused = ledger.TryReserve("b", "team/b", Amount(50_000, 600_000), Now);
        Assert.Equal(
            "CarbonBudget team/monthly: needed 50 gCO2e, available 40 gCO2e of 100 gCO2e; needed 0.6 kWh, available 0.5 kWh of 2 kWh."
            + " The budget resets at 2026-04-01T00:00:00Z.",
            refused.Shortfall!.Message);
        Assert.False(refused.Shortfall.NeverFits);
        Assert.Equal(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), refused.Shortfall.ResetsAt);
    }

    [Fact]
    public void What_is_above_the_whole_limit_never_fits()
    {
        var refused = Ledger(100_000, 2_000_000).TryReserve("a", "team/a", Amount(100_001, 5), Now);
        Assert.True(refused.Shortfall!.NeverFits);
        Assert.Equal(
            "CarbonBudget team/monthly: needed 100.001 gCO2e, available 100 gCO2e of 100 gCO2e."
            + " It does not fit even an empty window: make the run smaller or raise the limit. The budget resets at 2026-04-01T00:00:00Z.",
            refused.Shortfall.Message);
        Assert.True(Ledger(null, 10).Check(Amount(0, 11))!.NeverFits);
    }

    [Fact]
    public void Unused_amounts_from_before_count_for_what_can_fit()
    {
        var ledger = Ledger(100) with { Carry = Amount(20) };
        Assert.Null(ledger.Check(Amount(120)));
        Assert.True(ledger.Check(Amount(121))!.NeverFits);
        Assert.False((ledger with { Carry = Amount(-20) }).Check(Amount(100))!.NeverFits);
    }

    [Fact]
    public void More_than_a_ledger_holds_is_refused_even_without_limits_and_by_budgets_that_only_warn()
    {
        foreach (var enforcement in Enum.GetValues<BudgetEnforcement>())
        {
            var ledger = Ledger(null) with { Enforcement = enforcement };
            var refused = ledger.TryReserve("a", "team/a", Amount(0, BudgetLedger.MaxUnits + 1), Now);
            Assert.Equal(ReserveStatus.Refused, refused.Status);
            Assert.Contains("more than a ledger holds", refused.Shortfall!.Message, StringComparison.Ordinal);
            Assert.Equal(ReserveStatus.Refused, Ledger(5).TryReserve("a", "team/a", Amount(long.MaxValue, long.MaxValue), Now).Status);
        }
    }

    [Fact]
    public void Settling_books_what_was_measured_and_ends_the_hold_once()
    {
        var ledger = Hold(Hold(Ledger(100), "a", Amount(60)), "b", Amount(40));
        var settled = ledger.Settle("a", Amount(35));
        Assert.Equal((Amount(35), Amount(40), new Emissions(25)), (settled.Settled, settled.Reserved, settled.AvailableEmissions));
        Assert.Same(settled, settled.Settle("a", Amount(35)));
        Assert.Same(settled, settled.Settle("unknown", Amount(35)));
    }

    [Fact]
    public void A_run_may_settle_above_its_reserve_and_the_budget_shows_the_debt()
    {
        var settled = Hold(Ledger(100), "a", Amount(60)).Settle("a", Amount(130));
        Assert.Equal(new Emissions(-30), settled.AvailableEmissions);
        Assert.Equal(ReserveStatus.Refused, settled.TryReserve("b", "team/b", Amount(1), Now).Status);
        Assert.Equal(ReserveStatus.Held, settled.TryReserve("b", "team/b", Amount(0, 7), Now).Status); // asks for no emissions
    }

    [Fact]
    public void Releasing_books_nothing()
    {
        var ledger = Hold(Ledger(100), "a", Amount(60)).Release("a");
        Assert.Equal(new Emissions(100), ledger.AvailableEmissions);
        Assert.Same(ledger, ledger.Release("a"));
    }

    [Fact]
    public void A_hold_grows_to_the_largest_of_reserved_projected_and_measured()
    {
        var ledger = Hold(Ledger(100, 100), "a", Amount(50, 50));
        var grown = ledger.Commit("a", projected: Amount(70, 10), measured: Amount(20, 60));
        Assert.Equal(ReserveStatus.Held, grown.Status);
        Assert.Equal(Amount(70, 60), grown.Ledger.Holds["a"].Reserved);
        var same = grown.Ledger.Commit("a", Amount(70, 60), Amount(30, 60));
        Assert.Equal(ReserveStatus.AlreadyHeld, same.Status);
        Assert.Same(grown.Ledger, same.Ledger);
        Assert.Same(ledger, ledger.Commit("unknown", Amount(1), Amount(1)).Ledger);
    }

    [Fact]
    public void A_projection_that_does_not_fit_is_refused_but_what_is_burnt_is_held()
    {
        var ledger = Hold(Hold(Ledger(100), "a", Amount(50)), "b", Amount(40));
        var refused = ledger.Commit("a", projected: Amount(61), measured: Amount(55));
        Assert.Equal(ReserveStatus.Refused, refused.Status);
        Assert.Equal(Amount(55), refused.Ledger.Holds["a"].Reserved);
        Assert.Equal(Amount(11), refused.Shortfall!.Needed);
        var nothingBurnt = ledger.Commit("a", projected: Amount(61), measured: Amount(5));
        Assert.Equal(ReserveStatus.Refused, nothingBurnt.Status);
        Assert.Equal(ledger.Reserved, nothingBurnt.Ledger.Reserved);
        Assert.Equal(Amount(61), nothingBurnt.Ledger.Holds["a"].Refused);
        Assert.Same(nothingBurnt.Ledger, nothingBurnt.Ledger.Commit("a", Amount(61), Amount(5)).Ledger);
        Assert.Null(nothingBurnt.Ledger.Settle("b", Amount(1)).Commit("a", Amount(61), Amount(5)).Ledger.Holds["a"].Refused);
        Assert.Equal(ReserveStatus.Held, ledger.Commit("a", Amount(60), Amount(0)).Status);
    }

    [Fact]
    public void What_is_booked_early_is_booked_once_in_its_window_and_never_refunded()
    {
        var ledger = Hold(Ledger(100), "a", Amount(50)).Book("a", Amount(30));
        Assert.Equal((Amount(30), Amount(20), Amount(30)), (ledger.Settled, ledger.Reserved, ledger.Holds["a"].Booked));
        Assert.Same(ledger, ledger.Book("a", Amount(30)));
        Assert.Same(ledger, ledger.Book("a", Amount(10)));
        Assert.Same(ledger, ledger.Book("unknown", Amount(10)));
        var over = ledger.Book("a", Amount(60));
        Assert.Equal((Amount(60), Amount(0)), (over.Settled, over.Reserved));
        // The rest of its life: 40 more on top of the 60 that are booked.
        var more = over.Commit("a", Amount(100), Amount(60));
        Assert.Equal((ReserveStatus.Held, Amount(40)), (more.Status, more.Ledger.Reserved));
        Assert.Equal(ReserveStatus.Refused, over.Commit("a", Amount(101), Amount(60)).Status);
        Assert.Equal(Amount(85), more.Ledger.Settle("a", Amount(85)).Settled);
        Assert.Equal(Amount(60), more.Ledger.Settle("a", Amount(10)).Settled);
    }

    [Fact]
    public void A_budget_that_only_warns_grows_all_the_same()
    {
        var ledger = Hold(Ledger(100), "a", Amount(50)) with { Enforcement = BudgetEnforcement.Warn };
        var over = ledger.Commit("a", Amount(150), Amount(0));
        Assert.Equal(ReserveStatus.HeldOverLimit, over.Status);
        Assert.Equal(Amount(150), over.Ledger.Reserved);
        Assert.Equal(ReserveStatus.HeldOverLimit, ledger.TryReserve("b", "team/b", Amount(51), Now).Status);
    }

    [Fact]
    public void A_paused_run_keeps_only_what_it_has_burnt_and_must_ask_again()
    {
        var ledger = Hold(Ledger(100), "a", Amount(80)).ReleaseUnused("a", Amount(30));
        Assert.Equal(new Emissions(70), ledger.AvailableEmissions);
        Assert.Same(ledger, ledger.ReleaseUnused("a", Amount(30)));
        Assert.Same(ledger, ledger.ReleaseUnused("unknown", Amount(30)));
        var other = Hold(ledger, "b", Amount(60));
        Assert.Equal(ReserveStatus.Refused, other.Commit("a", Amount(80), Amount(30)).Status);
        Assert.Equal(ReserveStatus.Held, other.Settle("b", Amount(10)).Commit("a", Amount(80), Amount(30)).Status);
    }

    [Fact]
    public void Orphans_are_old_holds_without_a_live_run()
    {
        var ledger = Hold(Hold(Ledger(100), "a", Amount(1)), "b", Amount(2));
        var live = new HashSet<string> { "b" };
        var grace = TimeSpan.FromSeconds(60);
        Assert.Empty(ledger.Orphans(live, Now.AddSeconds(59), grace));
        var orphan = Assert.Single(ledger.Orphans(live, Now.AddSeconds(60), grace));
        Assert.Equal("a", orphan.RunUid);
        Assert.Equal(Amount(1), ledger.DropOrphan("a", Amount(1)).Settled);
    }

    [Fact]
    public void A_budget_per_run_judges_each_run_by_itself_and_never_resets()
    {
        var ledger = Hold(Hold(Ledger(100, null, PerRun), "a", Amount(100)), "b", Amount(100)).Settle("a", Amount(100));
        var refused = ledger.TryReserve("c", "team/c", Amount(101), Now);
        Assert.Equal(
            "CarbonBudget team/monthly: needed 0.101 gCO2e, available 0.1 gCO2e of 0.1 gCO2e."
            + " It does not fit even an empty window: make the run smaller or raise the limit.",
            refused.Shortfall!.Message);
        Assert.Equal(new Emissions(100), ledger.AvailableEmissions);
        Assert.Equal(ReserveStatus.Refused, ledger.Commit("b", Amount(101), Amount(0)).Status);
        Assert.Same(ledger, ledger.RollWindow(PerRun, Now.AddYears(3)));
        Assert.Equal(new Energy(5), Ledger(null, 5, PerRun).AvailableEnergy);
    }

    [Theory]
    [InlineData(130, 0, true, -30)] // debt
    [InlineData(130, 0, false, 0)]
    [InlineData(40, 0, true, 0)] // unused is not carried by default
    [InlineData(40, 50, true, 50)] // min(60, 50 % of 100)
    [InlineData(70, 50, true, 30)]
    [InlineData(100, 50, true, 0)]
    public void The_next_window_starts_with_debt_or_a_share_of_the_unused(long settled, int percent, bool debt, long carry)
    {
        var ledger = Ledger(100) with { Settled = Amount(settled, 9), CarryOver = new CarryOver(percent, debt) };
        var rolled = ledger.RollWindow(Monthly, Now.AddMonths(1));
        Assert.Equal((Amount(carry), BudgetAmount.Zero), (rolled.Carry, rolled.Settled));
        Assert.Equal(Monthly.WindowAt(Now.AddMonths(1)), rolled.Window);
    }

    [Fact]
    public void Debt_is_worked_off_window_by_window()
    {
        var ledger = Ledger(100) with { Settled = Amount(350) };
        Assert.Equal([-250L, -150, -50, 0, 0], Enumerable.Range(1, 5)
            .Select(m => ledger.RollWindow(Monthly, Now.AddMonths(m)).Carry.Emissions.Milligrams));
        var step = ledger.RollWindow(Monthly, Now.AddMonths(1)).RollWindow(Monthly, Now.AddMonths(2));
        Assert.Equal(step.Carry, ledger.RollWindow(Monthly, Now.AddMonths(2)).Carry);
        Assert.Equal(Monthly.WindowAt(Now.AddYears(100)), ledger.RollWindow(Monthly, Now.AddYears(100)).Window);
    }

    [Fact]
    public void Debt_that_a_window_renews_is_worked_off_by_the_idle_windows_after_it()
    {
        var ledger = Ledger(100) with { Carry = Amount(-50), Settled = Amount(100) };
        Assert.Equal(Amount(-50), ledger.RollWindow(Monthly, Now.AddMonths(1)).Carry);
        Assert.Equal(Amount(0), ledger.RollWindow(Monthly, Now.AddMonths(2)).Carry);
    }

    [Fact]
    public void Holds_stay_over_a_reset_and_are_booked_in_the_new_window()
    {
        var rolled = Hold(Ledger(100), "a", Amount(60)).RollWindow(Monthly, Now.AddMonths(1));
        Assert.Equal(new Emissions(40), rolled.AvailableEmissions);
        Assert.Equal(Amount(55), rolled.Settle("a", Amount(55)).Settled);
    }

    [Fact]
    public void Inside_its_window_and_with_a_clock_set_back_a_ledger_does_not_change()
    {
        var ledger = Ledger(100) with { Settled = Amount(50) };
        Assert.Same(ledger, ledger.RollWindow(Monthly, Now.AddDays(3)));
        Assert.Same(ledger, ledger.RollWindow(Monthly, Now.AddMonths(-3)));
    }

    [Fact]
    public void A_changed_period_or_zone_takes_the_new_window_and_keeps_what_is_booked()
    {
        var ledger = Ledger(100) with { Settled = Amount(50) };
        var weekly = BudgetCalendar.In(BudgetPeriod.Week, TimeZoneInfo.Utc);
        var changed = ledger.RollWindow(weekly, Now);
        Assert.Equal((weekly.WindowAt(Now), Amount(50)), (changed.Window, changed.Settled));
        var single = ledger.RollWindow(PerRun, Now);
        Assert.Equal((BudgetWindow.Always, true), (single.Window, single.PerRun));
        var back = single.RollWindow(Monthly, Now);
        Assert.Equal((ledger.Window, false, Amount(50)), (back.Window, back.PerRun, back.Settled));
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        var ledger = Hold(Ledger(100), "a", Amount(1));
        Assert.Throws<ArgumentException>(() => ledger.TryReserve(string.Empty, "x", Amount(1), Now));
        Assert.Throws<ArgumentException>(() => ledger.TryReserve("b", "x", Amount(-1), Now));
        Assert.Throws<ArgumentException>(() => ledger.Commit("a", Amount(-1), Amount(1)));
        Assert.Throws<ArgumentException>(() => ledger.Commit("a", Amount(1), Amount(0, -1)));
        Assert.Throws<ArgumentException>(() => ledger.Settle("a", Amount(-1)));
        Assert.Throws<ArgumentException>(() => ledger.ReleaseUnused("a", Amount(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ledger(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ledger(null, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ledger(BudgetLedger.MaxUnits + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ledger(null, BudgetLedger.MaxUnits + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CarryOver(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CarryOver(101));
    }
}

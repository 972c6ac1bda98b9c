using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.Carbon.Tests.Budgets;

/// <summary>Leave to exceed a limit: by at most so much, over the run's whole life, and never to cover what others overdrew.</summary>
public class BudgetAllowanceTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly BudgetCalendar Daily = BudgetCalendar.In(BudgetPeriod.Day, TimeZoneInfo.Utc);

    private static BudgetAmount Amount(long milligrams, long milliwattHours = 0) => new(new(milligrams), new(milliwattHours));

    private static BudgetAllowance Leave(long milligrams, long milliwattHours = 0) => new("override", Amount(milligrams, milliwattHours));

    private static BudgetLedger Ledger(long milligrams = 100, long? milliwattHours = null, BudgetEnforcement enforcement = BudgetEnforcement.Queue) =>
        BudgetLedger.Open("team/day", Daily, new(new(milligrams), milliwattHours is { } e ? new Energy(e) : null), Now) with { Enforcement = enforcement };

    [Theory]
    // held before, asked for, extra: held, of it beyond the limit
    [InlineData(0, 100, 50, true, 0)] // fits: nothing of the override is used
    [InlineData(80, 20, 50, true, 0)]
    [InlineData(80, 30, 10, true, 10)] // what is left first, then the extra, to the last milligram
    [InlineData(80, 31, 10, false, 0)]
    [InlineData(100, 10, 10, true, 10)]
    [InlineData(0, 150, 50, true, 50)] // above the whole limit, which no reset would help
    [InlineData(0, 151, 50, false, 0)]
    [InlineData(80, 30, 0, false, 0)]
    public void A_hold_exceeds_what_is_left_by_at_most_the_extra(long before, long asked, long extra, bool held, long beyond)
    {
        var ledger = Ledger().TryReserve("other", "t/other", Amount(before), Now).Ledger;
        var change = ledger.TryReserve("run", "t/run", Amount(asked), Now, Leave(extra));
        Assert.Equal(held ? ReserveStatus.Held : ReserveStatus.Refused, change.Status);
        if (!held)
        {
            Assert.Same(ledger, change.Ledger);
            return;
        }

        var hold = change.Ledger.Holds["run"];
        Assert.Equal((Amount(asked), Amount(beyond), beyond == 0 ? null : "override"), (hold.Reserved, hold.Overridden, hold.OverrideUid));
        Assert.Equal(before + asked, change.Ledger.Reserved.Emissions.Milligrams);
    }

    [Theory]
    [InlineData(20, 20, true)]
    [InlineData(20, 19, false)] // each limit by itself
    [InlineData(19, 20, false)]
    [InlineData(20, 0, false)]
    public void Each_limit_needs_its_own_extra(long milligrams, long milliwattHours, bool held) =>
        Assert.Equal(held ? ReserveStatus.Held : ReserveStatus.Refused, Ledger(100, 100).TryReserve("run", "t/run", Amount(120, 120), Now, Leave(milligrams, milliwattHours)).Status);

    [Fact]
    public void A_limit_that_is_not_set_needs_no_extra() =>
        Assert.Equal(Amount(20), Ledger(100).TryReserve("run", "t/run", Amount(120, 1_000), Now, Leave(20)).Ledger.Holds["run"].Overridden);

    [Fact]
    public void Overrides_of_two_runs_stand_beside_each_other_and_others_wait_behind_both()
    {
        var ledger = Ledger().TryReserve("a", "t/a", Amount(130), Now, Leave(30)).Ledger;
        ledger = ledger.TryReserve("b", "t/b", Amount(20), Now, Leave(20)).Ledger;
        Assert.Equal((Amount(30), Amount(20)), (ledger.Holds["a"].Overridden, ledger.Holds["b"].Overridden));
        Assert.Equal(ReserveStatus.Refused, ledger.TryReserve("c", "t/c", Amount(1), Now).Status);
        ledger = ledger.Settle("a", Amount(130)).Settle("b", Amount(20)).RollWindow(Daily, Now.AddDays(1));
        Assert.Equal(-50, ledger.Carry.Emissions.Milligrams);
        Assert.Equal(new Emissions(50), ledger.AvailableEmissions);
    }

    [Fact]
    public void What_a_hold_has_used_of_an_extra_is_not_given_again()
    {
        var ledger = Ledger().TryReserve("run", "t/run", Amount(105), Now, Leave(10)).Ledger;
        Assert.Equal(ReserveStatus.Refused, ledger.Commit("run", Amount(111), Amount(50), Leave(10)).Status);
        var grown = ledger.Commit("run", Amount(110), Amount(50), Leave(10));
        Assert.Equal((ReserveStatus.Held, Amount(10)), (grown.Status, grown.Ledger.Holds["run"].Overridden));
        Assert.Equal(ReserveStatus.Refused, grown.Ledger.Commit("run", Amount(111), Amount(50), Leave(10)).Status);
        // Another override counts as a whole, not on top of the first.
        Assert.Equal(ReserveStatus.Refused, grown.Ledger.Commit("run", Amount(116), Amount(50), Leave(15)).Status);
        Assert.Equal(Amount(15), grown.Ledger.Commit("run", Amount(115), Amount(50), Leave(15)).Ledger.Holds["run"].Overridden);
        Assert.Equal(ReserveStatus.Refused, grown.Ledger.Commit("run", Amount(111), Amount(50)).Status);
    }

    [Fact]
    public void A_paused_run_gives_the_extra_back_that_it_did_not_burn_and_gets_it_again()
    {
        var ledger = Ledger().TryReserve("other", "t/other", Amount(90), Now).Ledger.TryReserve("run", "t/run", Amount(30), Now, Leave(20)).Ledger;
        var paused = ledger.Book("run", Amount(15)).ReleaseUnused("run", Amount(15));
        Assert.Equal((Amount(15), Amount(0), Amount(5)), (paused.Holds["run"].Booked, paused.Holds["run"].Reserved, paused.Holds["run"].Overridden));
        Assert.Equal(ReserveStatus.Refused, paused.Commit("run", Amount(31), Amount(15), Leave(20)).Status);
        Assert.Equal(Amount(20), paused.Commit("run", Amount(30), Amount(15), Leave(20)).Ledger.Holds["run"].Overridden);
        Assert.Null(ledger.Book("run", Amount(5)).ReleaseUnused("run", Amount(5)).Holds["run"].OverrideUid);
    }

    [Theory]
    [InlineData(30, 20)]
    [InlineData(25, 15)]
    [InlineData(10, 0)]
    [InlineData(40, 20)] // what it burnt besides is a fact, not the override's
    public void What_the_run_did_not_use_was_the_last_to_be_let_in(long measured, long beyond) =>
        Assert.Equal(Amount(beyond), Ledger().TryReserve("other", "t/other", Amount(90), Now).Ledger.TryReserve("run", "t/run", Amount(30), Now, Leave(20)).Ledger.Holds["run"].OverriddenAt(Amount(measured)));

    [Theory]
    [InlineData(BudgetEnforcement.Warn)]
    [InlineData(BudgetEnforcement.Audit)]
    public void A_budget_that_only_warns_uses_no_override(BudgetEnforcement enforcement)
    {
        var change = Ledger(enforcement: enforcement).TryReserve("run", "t/run", Amount(120), Now, Leave(50));
        Assert.Equal((ReserveStatus.HeldOverLimit, null), (change.Status, change.Ledger.Holds["run"].OverrideUid));
    }

    private sealed record Step(int What, int Run, int Amount, int Extra);

    [Fact]
    public void No_interleaving_exceeds_the_limit_by_more_than_what_overrides_let_in() => Prop.ForAll(
        (from what in Gen.Choose(0, 6)
         from run in Gen.Choose(0, 5)
         from amount in Gen.Choose(0, 80)
         from extra in Gen.Choose(0, 40)
         select new Step(what, run, amount, extra)).ListOf(60).ToArbitrary(),
        steps =>
        {
            var (ledger, now) = (Ledger(), Now);
            // What each run was ever allowed at once, what it holds or held at its end beyond the limit, and what it burnt.
            var (allowed, beyond) = (new Dictionary<string, long>(StringComparer.Ordinal), new Dictionary<string, long>(StringComparer.Ordinal));
            foreach (var step in steps)
            {
                var uid = $"run-{step.Run}";
                var leave = step.Extra > 20 ? null : Leave(step.Extra);
                var before = ledger.Holds.GetValueOrDefault(uid);
                // A run burns what it holds at most.
                var burnt = Amount(before is null ? 0 : Math.Min(step.Amount, before.Total.Emissions.Milligrams));
                burnt = BudgetAmount.Max(burnt, before?.Booked ?? BudgetAmount.Zero);
                now = now.AddMinutes(1);
                ledger = step.What switch
                {
                    0 or 1 when !beyond.ContainsKey(uid) || before is not null => ledger.TryReserve(uid, uid, Amount(step.Amount), now, leave).Ledger,
                    2 or 3 => ledger.Commit(uid, Amount(step.Amount), burnt, leave).Ledger,
                    4 => ledger.Book(uid, burnt),
                    5 => ledger.Book(uid, burnt).ReleaseUnused(uid, burnt),
                    6 => ledger.Settle(uid, burnt),
                    _ => ledger,
                };
                if (leave is not null)
                    allowed[uid] = Math.Max(allowed.GetValueOrDefault(uid), step.Extra);
                if (step.What == 6 && before is not null)
                    beyond[uid] = before.OverriddenAt(burnt).Emissions.Milligrams;
                foreach (var hold in ledger.Holds.Values)
                {
                    beyond[hold.RunUid] = hold.Overridden.Emissions.Milligrams;
                    Assert.InRange(hold.Overridden.Emissions.Milligrams, 0, allowed.GetValueOrDefault(hold.RunUid));
                    Assert.Equal(hold.Overridden == BudgetAmount.Zero, hold.OverrideUid is null);
                }

                Assert.True(
                    ledger.Settled.Emissions.Milligrams + ledger.Reserved.Emissions.Milligrams <= 100 + beyond.Values.Sum(),
                    $"{step}: settled {ledger.Settled}, reserved {ledger.Reserved}, beyond {string.Join(", ", beyond)}");
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
}

using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.Carbon.Tests.Budgets;

/// <summary>Accounts of a window that moves with the time.</summary>
public sealed class RollingLedgerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 9, 30, 0, TimeSpan.Zero);
    private static readonly BudgetCalendar Day = BudgetCalendar.Rolling(TimeSpan.FromDays(1));
    private static readonly BudgetCalendar Monthly = BudgetCalendar.In(BudgetPeriod.Month, TimeZoneInfo.Utc);

    private static BudgetAmount Amount(long milligrams) => new(new(milligrams), Energy.Zero);

    private static BudgetLedger Ledger(BudgetCalendar calendar, long limit = 100) => BudgetLedger.Open("b", calendar, new(new(limit), null), Start);

    private static BudgetLedger Spend(BudgetLedger ledger, long milligrams, BudgetCalendar calendar, DateTimeOffset at) =>
        ledger.RollWindow(calendar, at).TryReserve($"run-{at:O}", "r", Amount(milligrams), at).Ledger.Settle($"run-{at:O}", Amount(milligrams));

    [Theory]
    [InlineData(1, "09:30", "10:00")]
    [InlineData(7, "10:00", "11:00")] // the edge belongs to the next
    [InlineData(8, "09:30", "24:00")]
    [InlineData(366, "00:00", "24:00")]
    public void Sums_end_at_whole_hours_up_to_a_week_and_at_whole_days_beyond(int days, string at, string until)
    {
        var midnight = new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);
        var sums = RollingSums.Of(TimeSpan.FromDays(days), midnight + Time(at), []).Add(Amount(1), 1).Sums;
        Assert.Equal(new RollingSum(midnight + Time(until), Amount(1), 1), Assert.Single(sums));

        static TimeSpan Time(string text) => text == "24:00" ? TimeSpan.FromDays(1) : TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("2026-03-11T09:59:59Z", 60, "2026-03-11T10:00:00Z")] // 60 of 09:30, 30 of 12:10
    [InlineData("2026-03-11T10:00:00Z", null, null)]
    [InlineData("2026-03-11T12:59:59Z", null, null)]
    [InlineData("2026-03-11T09:59:59Z", 99, "2026-03-11T13:00:00Z")] // this one needs both to be gone
    public void What_was_settled_counts_until_it_is_older_than_the_length(string at, int? asked, string? room)
    {
        var ledger = Spend(Spend(Ledger(Day), 60, Day, Start), 30, Day, Start.AddMinutes(160)).RollWindow(Day, DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
        var shortfall = ledger.Check(Amount(asked ?? 70));
        Assert.Equal(room is null ? null : DateTimeOffset.Parse(room, System.Globalization.CultureInfo.InvariantCulture), shortfall?.ResetsAt);
        Assert.Equal((room is null ? 30 : 90, room is null ? 1 : 2), (ledger.Settled.Emissions.Milligrams, ledger.Rolling!.Runs));
    }

    [Fact]
    public void A_refusal_says_when_enough_is_older_than_the_window_and_who_else_makes_room()
    {
        var ledger = Spend(Ledger(Day), 60, Day, Start);
        Assert.Equal("CarbonBudget b: needed 0.041 gCO2e, available 0.04 gCO2e of 0.1 gCO2e. Enough of what was settled is older than a day from 2026-03-11T10:00:00Z on.", ledger.Check(Amount(41))!.Message);
        ledger = ledger.TryReserve("held", "held", Amount(40), Start).Ledger;
        Assert.Equal("CarbonBudget b: needed 0.061 gCO2e, available 0 gCO2e of 0.1 gCO2e. Only the end of other runs makes room.", ledger.Check(Amount(61))!.Message);
        Assert.Equal(Start.AddMinutes(30).AddDays(1), ledger.Check(Amount(60))!.ResetsAt);
        Assert.EndsWith("make the run smaller or raise the limit.", ledger.Check(Amount(101))!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_goes_beyond_the_limit_keeps_others_out_until_it_is_old()
    {
        var ledger = Ledger(Day).TryReserve("a", "a", Amount(50), Start).Ledger.Settle("a", Amount(150));
        Assert.Equal((-50, Start.AddMinutes(30).AddDays(1)), (ledger.AvailableEmissions!.Value.Milligrams, ledger.Check(Amount(1))!.ResetsAt!.Value));
        var allowed = ledger.TryReserve("b", "b", Amount(30), Start, new("override", Amount(30)));
        Assert.Equal((ReserveStatus.Held, Amount(30)), (allowed.Status, allowed.Ledger.Holds["b"].Overridden));
        Assert.Equal(Amount(0), allowed.Ledger.RollWindow(Day, Start.AddDays(2)).Settled);
    }

    [Fact]
    public void A_window_that_begins_to_move_keeps_what_is_booked_and_a_debt_and_back_again_what_was_booked_since_its_start()
    {
        var monthly = Ledger(Monthly) with { Carry = Amount(-5) };
        monthly = Spend(monthly, 20, Monthly, Start);
        var rolling = monthly.RollWindow(BudgetCalendar.Rolling(TimeSpan.FromDays(30)), Start);
        Assert.Equal((Amount(25), Amount(0), BudgetWindow.Always, 75), (rolling.Settled, rolling.Carry, rolling.Window, rolling.AvailableEmissions!.Value.Milligrams));
        Assert.Equal(Amount(0), rolling.RollWindow(BudgetCalendar.Rolling(TimeSpan.FromDays(30)), Start.AddDays(31)).Settled);
        var old = monthly.RollWindow(BudgetCalendar.Rolling(TimeSpan.FromDays(30)), Start.AddDays(60));
        Assert.Equal(Amount(0), old.Settled);
        var april = new DateTimeOffset(2026, 4, 5, 0, 0, 0, TimeSpan.Zero);
        var again = Spend(rolling, 7, BudgetCalendar.Rolling(TimeSpan.FromDays(30)), april).RollWindow(Monthly, april);
        Assert.Equal((Amount(7), Monthly.WindowAt(april), null), (again.Settled, again.Window, again.Rolling));
    }

    [Fact]
    public void Another_length_keeps_what_still_counts_and_no_sum_counts_shorter_than_before()
    {
        var ledger = Enumerable.Range(0, 48).Aggregate(Ledger(BudgetCalendar.Rolling(TimeSpan.FromDays(7)), 1_000), (l, hour) => Spend(l, 1, BudgetCalendar.Rolling(TimeSpan.FromDays(7)), Start.AddHours(hour)));
        Assert.Equal(48, ledger.Rolling!.Sums.Length);
        var longer = ledger.RollWindow(BudgetCalendar.Rolling(TimeSpan.FromDays(30)), Start.AddHours(48));
        Assert.Equal((3, Amount(48), 48), (longer.Rolling!.Sums.Length, longer.Settled, longer.Rolling.Runs));
        var shorter = longer.RollWindow(Day, Start.AddHours(48));
        Assert.Equal((2, longer.Rolling.Sums[1].Amount + longer.Rolling.Sums[2].Amount), (shorter.Rolling!.Sums.Length, shorter.Settled));
    }

    [Theory]
    [InlineData(7, 169)]
    [InlineData(8, 9)]
    [InlineData(366, 367)]
    public void However_often_something_is_settled_the_sums_stay_few(int days, int most)
    {
        var calendar = BudgetCalendar.Rolling(TimeSpan.FromDays(days));
        var ledger = Ledger(calendar, 1_000_000);
        for (var hour = 0; hour < 24 * (days + 30); hour += days > 30 ? 6 : 1)
            ledger = Spend(ledger, 1, calendar, Start.AddHours(hour));
        Assert.InRange(ledger.Rolling!.Sums.Length, most - 1, most);
        Assert.Equal(ledger.Rolling.Total, ledger.Settled);
    }

    private sealed record Step(int Act, int Run, int Grams, int Minutes);

    private static readonly Gen<Step> AnyStep =
        from act in Gen.Choose(0, 6)
        from run in Gen.Choose(0, 7)
        from grams in Gen.Choose(0, 60)
        from minutes in Gen.Frequency((6, Gen.Choose(0, 200)), (1, Gen.Choose(0, 5_000)))
        select new Step(act, run, grams, minutes);

    /// <summary>Against a plain list of what was settled when: nothing is lost, nothing counted twice, nothing forgotten early or late, and the limit holds while runs burn what they hold.</summary>
    [Fact]
    public void Over_any_interleaving_exactly_what_is_younger_than_the_length_counts() =>
        Prop.ForAll(Gen.ListOf(AnyStep, 60).ToArbitrary(), Gen.Elements(1, 2, 7, 9).ToArbitrary(), (steps, days) =>
        {
            var calendar = BudgetCalendar.Rolling(TimeSpan.FromDays(days));
            var (ledger, now) = (Ledger(calendar), Start);
            var settled = new List<(DateTimeOffset At, BudgetAmount Amount)>();
            foreach (var step in steps)
            {
                now += TimeSpan.FromMinutes(step.Minutes);
                ledger = ledger.RollWindow(calendar, now);
                var (uid, held) = ($"run-{step.Run}", ledger.Holds.GetValueOrDefault($"run-{step.Run}"));
                // A run burns at most what it holds.
                var used = held is null ? Amount(step.Grams) : Amount(Math.Min(step.Grams, held.Total.Emissions.Milligrams));
                var before = ledger;
                ledger = step.Act switch
                {
                    0 or 1 or 2 => ledger.TryReserve(uid, uid, Amount(step.Grams), now).Ledger,
                    3 => ledger.Commit(uid, Amount(step.Grams), BudgetAmount.Zero).Ledger,
                    4 => ledger.Book(uid, used).Book(uid, used),
                    5 => ledger.Settle(uid, used).Settle(uid, used),
                    _ => ledger.ReleaseUnused(uid, used),
                };
                if (held is not null && step.Act is 4 or 5)
                    settled.Add((now, used.Less(held!.Booked)));
                var wide = days <= 7 ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);
                var counts = settled.Where(s => Ceiling(s.At, wide) + calendar.Length > now).Aggregate(BudgetAmount.Zero, static (all, s) => all + s.Amount);
                if (ledger.Settled != counts || ledger.Rolling!.Total != counts || ledger.AvailableEmissions < Emissions.Zero)
                    return false;
                if (!before.Holds.Remove(uid).SequenceEqual(ledger.Holds.Remove(uid)) || !ReferenceEquals(ledger, ledger.RollWindow(calendar, now)))
                    return false;
            }

            return true;

            static DateTimeOffset Ceiling(DateTimeOffset at, TimeSpan step) => new((at.UtcTicks / step.Ticks * step.Ticks) + step.Ticks, TimeSpan.Zero);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
}

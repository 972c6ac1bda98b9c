using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.Carbon.Tests.Budgets;

/// <summary>Random interleavings of everything that can happen to one ledger, against a plain account kept beside it.</summary>
public class LedgerPropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);
    private static readonly BudgetCalendar Daily = BudgetCalendar.In(BudgetPeriod.Day, TimeZoneInfo.Utc);

    private enum Act
    {
        Reserve,
        Commit,
        Settle,
        Release,
        Pause,
        Book,
        NextDay,
    }

    private sealed record Step(Act Act, int Run, int Grams, int Energy);

    private static Arbitrary<Step[]> Steps(params Act[] acts) => Gen.ArrayOf(
        from act in Gen.Elements(acts)
        from run in Gen.Choose(0, 9)
        from grams in Gen.Choose(0, 60)
        from energy in Gen.Choose(0, 60)
        select new Step(act, run, grams, energy)).ToArbitrary();

    private static BudgetAmount Amount(long milligrams, long milliwattHours) => new(new(milligrams), new(milliwattHours));

    private static BudgetLedger NewLedger() => BudgetLedger.Open("b", Daily, new(new(100), new(100)), Start);

    private static BudgetLedger Apply(BudgetLedger ledger, Step step, ref DateTimeOffset now)
    {
        var uid = $"run-{step.Run}";
        var amount = Amount(step.Grams, step.Energy);
        now = step.Act == Act.NextDay ? now.AddDays(1) : now.AddMinutes(1);
        return step.Act switch
        {
            Act.Reserve => ledger.TryReserve(uid, uid, amount, now).Ledger,
            Act.Commit => ledger.Commit(uid, amount, BudgetAmount.Zero).Ledger,
            Act.Settle => ledger.Settle(uid, amount),
            Act.Release => ledger.Release(uid),
            Act.Pause => ledger.ReleaseUnused(uid, amount),
            Act.Book => ledger.Book(uid, amount),
            _ => ledger.RollWindow(Daily, now),
        };
    }

    [Fact]
    public void While_runs_use_no_more_than_they_hold_the_limit_is_never_passed() =>
        Prop.ForAll(Steps(Act.Reserve, Act.Reserve, Act.Commit, Act.Settle, Act.Book, Act.NextDay), steps =>
        {
            var (ledger, now) = (NewLedger(), Start);
            foreach (var step in steps)
            {
                // A run burns at most what it holds.
                var honest = step.Act is Act.Settle or Act.Book && ledger.Holds.TryGetValue($"run-{step.Run}", out var hold)
                    ? step with { Grams = (int)Math.Min(step.Grams, hold.Total.Emissions.Milligrams), Energy = (int)Math.Min(step.Energy, hold.Total.Energy.MilliwattHours) }
                    : step;
                ledger = Apply(ledger, honest, ref now);
                if (ledger.AvailableEmissions < Emissions.Zero || ledger.AvailableEnergy < Energy.Zero)
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void No_amount_appears_or_vanishes() =>
        Prop.ForAll(Steps(Enum.GetValues<Act>()), steps =>
        {
            var (ledger, now) = (NewLedger() with { CarryOver = new(25) }, Start);
            foreach (var step in steps)
            {
                var before = ledger;
                ledger = Apply(ledger, step, ref now);
                var amount = Amount(step.Grams, step.Energy);
                var held = before.Holds.TryGetValue($"run-{step.Run}", out var hold);
                var news = held ? amount.Less(hold!.Booked) : BudgetAmount.Zero;
                var right = step.Act switch
                {
                    Act.Book => ledger.Settled == before.Settled + news && ledger.Holds.Count == before.Holds.Count
                        && (!held || ledger.Holds[hold!.RunUid].Booked == hold.Booked + news),
                    Act.Settle => ledger.Settled == before.Settled + news
                        && ledger.Holds.Count == before.Holds.Count - (held ? 1 : 0),
                    Act.NextDay => ledger.Holds == before.Holds && ledger.Settled == BudgetAmount.Zero,
                    _ => ledger.Settled == before.Settled && ledger.Carry == before.Carry,
                };
                var others = before.Holds.Remove($"run-{step.Run}").SequenceEqual(ledger.Holds.Remove($"run-{step.Run}"));
                if (!right || !others || ledger.Reserved != ledger.Holds.Values.Aggregate(BudgetAmount.Zero, (s, h) => s + h.Reserved))
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Every_operation_done_twice_is_done_once() =>
        Prop.ForAll(Steps(Enum.GetValues<Act>()), steps =>
        {
            var (ledger, now) = (NewLedger(), Start);
            foreach (var step in steps)
            {
                ledger = Apply(ledger, step, ref now);
                var later = now;
                var again = step.Act == Act.NextDay ? ledger.RollWindow(Daily, now) : Apply(ledger, step, ref later);
                if (!ReferenceEquals(again, ledger))
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Rolling_at_once_or_day_by_day_gives_the_same_account() =>
        Prop.ForAll(Gen.Choose(0, 1_000).ToArbitrary(), Gen.Choose(1, 20).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), (settled, days, percent) =>
        {
            var ledger = NewLedger() with { Settled = Amount(settled, 1_000 - settled), CarryOver = new(percent) };
            var stepped = Enumerable.Range(1, days).Aggregate(ledger, (l, day) => l.RollWindow(Daily, Start.AddDays(day)));
            return ledger.RollWindow(Daily, Start.AddDays(days)) == stepped;
        }).QuickCheckThrowOnFailure();
}

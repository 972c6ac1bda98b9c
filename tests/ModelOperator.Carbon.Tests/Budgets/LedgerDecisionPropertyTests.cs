using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.Carbon.Tests.Budgets;

/// <summary>Many runs, many budgets, decisions cut off after any write and made again: the account must come out right.</summary>
public class LedgerDecisionPropertyTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly BudgetCalendar Monthly = BudgetCalendar.In(BudgetPeriod.Month, TimeZoneInfo.Utc);
    private static readonly string[] Names = ["b0", "b1", "b2"];

    private sealed record World(int[] Limits, BudgetWaiter[] Waiters, int[] Script);

    private static readonly Gen<BudgetWaiter> AnyWaiter =
        from priority in Gen.Choose(0, 2)
        from minute in Gen.Choose(0, 3)
        from grams in Gen.Choose(0, 50)
        from energy in Gen.Choose(0, 50)
        from mask in Gen.Choose(0, 7)
        select new BudgetWaiter(
            string.Empty,
            string.Empty,
            priority,
            Now.AddMinutes(minute),
            [.. Names.Where((_, i) => (mask & (1 << i)) != 0).Select(n => new BudgetClaim(n, new(new(grams), new(energy))))]);

    private static readonly Arbitrary<World> Worlds = (
        from limits in Gen.Choose(0, 150).ArrayOf(3)
        from waiters in Gen.ArrayOf(AnyWaiter)
        from script in Gen.Choose(0, 1_000).ArrayOf(40)
        select new World(limits, [.. waiters.Select((w, i) => w with { RunUid = $"run-{i}", RunName = $"team/run-{i}" })], script)).ToArbitrary();

    private static ImmutableSortedDictionary<string, BudgetLedger> Ledgers(World world) => Names
        .Select((name, i) => BudgetLedger.Open(name, Monthly, new(new(world.Limits[i]), i == 2 ? null : new(world.Limits[2 - i])), Now))
        .ToImmutableSortedDictionary(l => l.Name, l => l, StringComparer.Ordinal);

    private static bool WithinLimits(IEnumerable<BudgetLedger> ledgers) =>
        ledgers.All(l => !(l.AvailableEmissions < Emissions.Zero) && !(l.AvailableEnergy < Energy.Zero));

    private static bool HeldBy(ImmutableSortedDictionary<string, BudgetLedger> ledgers, BudgetWaiter waiter, bool all) =>
        waiter.Claims.All(c => ledgers[c.Budget].Holds.ContainsKey(waiter.RunUid) == all);

    [Fact]
    public void Nothing_beyond_a_limit_all_or_nothing_and_no_room_left_for_those_who_wait() =>
        Prop.ForAll(Worlds, world =>
        {
            var result = LedgerDecision.Decide(Ledgers(world).Values, world.Waiters, Now);
            var outcomes = result.Outcomes.ToDictionary(o => o.RunUid, StringComparer.Ordinal);
            return WithinLimits(result.Ledgers.Values)
                && outcomes.Count == world.Waiters.Length
                && world.Waiters.All(w => HeldBy(result.Ledgers, w, outcomes[w.RunUid].MayStart))
                && world.Waiters.Where(w => !outcomes[w.RunUid].MayStart)
                    .All(w => w.Claims.Any(c => result.Ledgers[c.Budget].Check(c.Amount) is not null));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void The_order_in_which_things_are_listed_does_not_matter() =>
        Prop.ForAll(Worlds, world =>
        {
            var one = LedgerDecision.Decide(Ledgers(world).Values, world.Waiters, Now);
            var two = LedgerDecision.Decide(Ledgers(world).Values.Reverse(), world.Waiters.Reverse(), Now);
            return one.Outcomes.SequenceEqual(two.Outcomes)
                && one.Changed.SequenceEqual(two.Changed)
                && Names.All(n => one.Ledgers[n].Holds.SequenceEqual(two.Ledgers[n].Holds));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_first_in_order_is_never_passed_over_for_lack_of_what_others_took() =>
        Prop.ForAll(Worlds, world =>
        {
            var before = Ledgers(world);
            var result = LedgerDecision.Decide(before.Values, world.Waiters, Now);
            if (result.Outcomes.Length == 0)
                return true;
            var first = world.Waiters.Single(w => w.RunUid == result.Outcomes[0].RunUid);
            return result.Outcomes[0].MayStart == first.Claims.All(c => before[c.Budget].Check(c.Amount) is null);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cut_off_after_any_write_and_decided_again_the_account_comes_out_right() =>
        Prop.ForAll(Worlds, world =>
        {
            var stored = Ledgers(world);
            var waiting = world.Waiters.Where(w => w.Claims.Count > 0).ToDictionary(w => w.RunUid, StringComparer.Ordinal);
            var running = new Dictionary<string, BudgetWaiter>(StringComparer.Ordinal);
            var spent = Names.ToDictionary(n => n, _ => BudgetAmount.Zero, StringComparer.Ordinal);
            foreach (var roll in world.Script)
            {
                var result = LedgerDecision.Decide(stored.Values, waiting.Values, Now);
                var written = result.Changed.Take(roll % 4).ToList(); // a crash loses the later writes
                stored = written.Aggregate(stored, (s, name) => s.SetItem(name, result.Ledgers[name]));
                foreach (var waiter in waiting.Values.Where(w => HeldBy(stored, w, all: true)).ToList())
                {
                    running.Add(waiter.RunUid, waiter);
                    waiting.Remove(waiter.RunUid);
                }

                if (roll % 3 == 0 && running.Count > 0)
                    stored = Finish(stored, running, spent, roll);
                if (!WithinLimits(stored.Values) || !running.Values.All(w => HeldBy(stored, w, all: true)))
                    return false;
            }

            return Names.All(n => stored[n].Settled == spent[n])
                && stored.Values.All(l => l.Holds.Keys.All(uid => running.ContainsKey(uid) || waiting.ContainsKey(uid)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    // One run ends with at most what it held; its settlement is tried twice on every budget.
    private static ImmutableSortedDictionary<string, BudgetLedger> Finish(
        ImmutableSortedDictionary<string, BudgetLedger> stored, Dictionary<string, BudgetWaiter> running,
        Dictionary<string, BudgetAmount> spent, int roll)
    {
        var run = running.Values.OrderBy(w => w.RunUid, StringComparer.Ordinal).ElementAt(roll % running.Count);
        running.Remove(run.RunUid);
        foreach (var (budget, amount) in run.Claims)
        {
            var used = new BudgetAmount(new(amount.Emissions.Milligrams * (roll % 5) / 4), new(amount.Energy.MilliwattHours * (roll % 5) / 4));
            spent[budget] += used;
            stored = stored.SetItem(budget, stored[budget].Settle(run.RunUid, used).Settle(run.RunUid, used));
        }

        return stored;
    }
}

using ModelOperator.Api;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Tests.TrainingRuns.Sweeps;

public sealed class SweepPropertyTests
{
    private static Arbitrary<int[]> AxisSizes => Gen.NonEmptyListOf(Gen.Choose(1, 4)).Where(s => s.Count <= 4).Select(s => s.ToArray()).ToArbitrary();

    private static Arbitrary<SweepHalving> Halvings =>
        (from minimum in Gen.Choose(1, 50)
         from factor in Gen.Choose(2, 5)
         from times in Gen.Choose(factor, 300)
         select new SweepHalving { Parameter = "rounds", Minimum = minimum, Maximum = (long)minimum * times, Factor = factor }).ToArbitrary();

    /// <summary>Values, ties, numbers that are none, failures and deletions.</summary>
    private static Arbitrary<TrialFate[]> Fates => FatesOf(deletions: 1);

    // A run that is deleted before a dead operator ever saw it cannot be told from one that was never made: it is made once more.
    private static Arbitrary<TrialFate[]> VisibleFates => FatesOf(deletions: 0);

    private static Arbitrary<TrialFate[]> FatesOf(int deletions) => Gen.ArrayOf(
        Gen.Frequency(
            (6, Gen.Choose(1, 5).Select(v => new TrialFate((v / 4.0).ToString(CultureInfo.InvariantCulture)))),
            (1, Gen.Elements("NaN", "Infinity", "-Infinity", "").Select(v => new TrialFate(v))),
            (1, Gen.Constant(new TrialFate(null))),
            (1, Gen.Constant(new TrialFate("0.1", Mute: true))),
            (deletions, Gen.Constant(new TrialFate("0.1", Deleted: true)))),
        13).ToArbitrary();

    [Fact]
    public void A_grid_has_every_point_exactly_once() => Prop.ForAll(AxisSizes, sizes =>
    {
        var sweep = SweepSpecs.Grid with { Parameters = [.. sizes.Select((s, i) => SweepSpecs.Values($"p{i}", [.. Enumerable.Range(0, s).Select(v => $"v{v}")]))] };
        var points = SweepSpace.Grid(sweep);
        return points.Count == sizes.Aggregate(1, (a, b) => a * b)
            && points.Count == SweepSpace.GridSize(sweep)
            && points.Select(p => p.Key).Distinct().Count() == points.Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Draws_are_the_same_for_the_same_seed_never_repeat_and_a_longer_sweep_begins_alike() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), Gen.Choose(1, 40).ToArbitrary(), (seed, count) =>
        {
            var sweep = SweepSpecs.Random with { Seed = Math.Abs((long)seed) };
            var (once, again, longer) = (SweepSpace.Draws(sweep, count), SweepSpace.Draws(sweep, count), SweepSpace.Draws(sweep, count + 10));
            return once.Count == count
                && once.Select(p => p.Key).SequenceEqual(again.Select(p => p.Key))
                && longer.Take(count).Select(p => p.Key).SequenceEqual(once.Select(p => p.Key))
                && once.Select(p => p.Key).Distinct().Count() == count
                && once.All(InRange);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Halving_never_makes_more_trials_than_allowed_and_never_gives_more_than_the_maximum() => Prop.ForAll(
        Halvings, Gen.Choose(1, 256).ToArbitrary(), (halving, trials) =>
        {
            var (resources, sizes) = (SweepRungs.Resources(halving), SweepRungs.Sizes(halving, trials));
            return resources.Count == sizes.Count
                && resources[0] == halving.Minimum && resources[^1] == halving.Maximum && resources.Zip(resources.Skip(1)).All(p => p.First < p.Second)
                && (trials < SweepRungs.Least(halving) || (sizes.Sum() <= trials && sizes[^1] >= 1 && sizes.Zip(sizes.Skip(1)).All(p => p.Second == p.First / halving.Factor)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_the_trials_do_a_sweep_ends_with_the_best_of_them_and_the_energy_of_all() => Prop.ForAll(
        Gen.Elements(SweepSpecs.Grid, SweepSpecs.Random, SweepSpecs.Halving).ToArbitrary(), Gen.Elements(SweepGoal.Minimize, SweepGoal.Maximize).ToArbitrary(), Fates, (spec, goal, fates) =>
        {
            var sweep = spec with { MaxFailedTrials = 256, Objective = spec.Objective with { Goal = goal } };
            var world = new SweepWorld(sweep, c => fates[SweepWorld.NumberOf(c) - 1]).Settle();
            return IsRight(world, sweep, fates, goal);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cutting_the_operator_after_any_number_of_writes_changes_no_outcome() => Prop.ForAll(
        Gen.Elements(SweepSpecs.Grid, SweepSpecs.Halving).ToArbitrary(), VisibleFates, Gen.ArrayOf(Gen.Choose(0, 3), 40).ToArbitrary(), (spec, fates, cuts) =>
        {
            var sweep = spec with { MaxFailedTrials = 256 };
            var whole = new SweepWorld(sweep, c => fates[SweepWorld.NumberOf(c) - 1]).Settle();
            var cut = new SweepWorld(sweep, c => fates[SweepWorld.NumberOf(c) - 1]).Settle(200, r => r < 40 ? cuts[r] : int.MaxValue);
            return (whole.Run.Status!.Phase, whole.Run.Status.Reason, whole.Sweep.Best?.Trial, whole.Sweep.Energy?.EnergyMilliwattHours, whole.Versions.Count)
                == (cut.Run.Status!.Phase, cut.Run.Status.Reason, cut.Sweep.Best?.Trial, cut.Sweep.Energy?.EnergyMilliwattHours, cut.Versions.Count)
                && cut.Created.Select(c => c.Metadata.Name).Distinct().Count() == cut.Created.Count
                && whole.Created.Count == cut.Created.Count
                && whole.Sweep.Reason == cut.Sweep.Reason;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Deciding_again_at_the_end_wants_nothing() => Prop.ForAll(Fates, fates =>
    {
        var world = new SweepWorld(SweepSpecs.Grid, c => fates[SweepWorld.NumberOf(c) - 1]).Settle();
        var again = world.Decide();
        return again.Status is null && again.Intents.IsEmpty && (again.RequeueAfter is null || again.RequeueAfter > TimeSpan.FromHours(12));
    }).QuickCheckThrowOnFailure();

    private static bool IsRight(SweepWorld world, TrainingSweep sweep, TrialFate[] fates, SweepGoal goal)
    {
        var made = world.Created.Select(SweepWorld.NumberOf).ToList();
        var good = made.Where(n => fates[n - 1] is { Deleted: false, Mute: false, Value: { } v } && DecimalText.Parse(v) is not null).ToList();
        var best = good.Count == 0 ? 0 : good.OrderBy(n => DecimalText.Parse(fates[n - 1].Value)!.Value * (goal == SweepGoal.Minimize ? 1 : -1)).ThenBy(n => n).First();
        var measured = made.Count(n => !fates[n - 1].Deleted) * 1000L;
        var registered = best == 0
            ? world.Versions.Count == 0 && world.Run.Status!.Reason == SweepReasons.NoTrialSucceeded
            : world.Versions.Count == 1 && world.Versions[0].Spec.Lineage!.Sweep!.Trial.Name == $"diamonds-v1-t{best}" && world.Sweep.Best!.Trial == best;
        return registered
            && world.MostAtOnce <= sweep.Parallelism
            && made.SequenceEqual(Enumerable.Range(1, made.Count))
            && made.Count <= (sweep.Trials ?? 6)
            && world.Sweep.Energy!.EnergyMilliwattHours >= measured
            && (measured != made.Count * 1000L || world.Sweep.Energy.EnergyMilliwattHours == measured);
    }

    private static bool InRange(SweepPoint point)
    {
        var (eta, depth) = (double.Parse(point.Values[0].Value, CultureInfo.InvariantCulture), int.Parse(point.Values[1].Value, CultureInfo.InvariantCulture));
        return eta is >= 0.001 and <= 0.3 && depth is >= 2 and <= 10;
    }
}

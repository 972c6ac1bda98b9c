using FsCheck;
using FsCheck.Fluent;

namespace ModelOperator.Analysis.Tests;

/// <summary>Monotonicity and symmetry.</summary>
public sealed class StatisticsProperties
{
    private static readonly Gen<BinomialArm> Arms = from n in Gen.Choose(1, 3000) from x in Gen.Choose(0, n) select new BinomialArm(n, x);

    private static readonly Gen<double[]> Lists = Gen.Choose(-40, 40).Select(i => i / 4.0).NonEmptyListOf().Select(list => list.ToArray());

    [Fact]
    public void Fishers_test_is_symmetric_and_falls_with_every_event() => Prop.ForAll(Arms.ToArbitrary(), Arms.ToArbitrary(), (first, second) =>
    {
        var p = FisherExact.TwoSided(first, second);
        var greater = FisherExact.Greater(first, second);
        var more = first.Events < first.Samples ? FisherExact.Greater(first with { Events = first.Events + 1 }, second) : greater;
        return p is >= 0 and <= 1 && greater is >= 0 and <= 1 && Math.Abs(p - FisherExact.TwoSided(second, first)) <= 1e-6 * p && more <= greater * (1 + 1e-9)
            // Events counted the other way round are the same table.
            && Math.Abs(greater - FisherExact.Greater(second with { Events = second.Samples - second.Events }, first with { Events = first.Samples - first.Events })) <= 1e-6 * greater;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Newcombes_interval_holds_the_difference_and_turns_with_the_arms() => Prop.ForAll(Arms.ToArbitrary(), Arms.ToArbitrary(), (first, second) =>
    {
        var (one, other) = (NewcombeInterval.Of(first, second, 0.95), NewcombeInterval.Of(second, first, 0.95));
        var difference = (first.Events / first.Samples) - (second.Events / second.Samples);
        var wide = NewcombeInterval.Of(first, second, 0.99);
        return one.Low <= difference + 1e-12 && difference <= one.High + 1e-12 && Math.Abs(one.Low + other.High) < 1e-12 && wide.Low <= one.Low && one.High <= wide.High;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ranks_turn_with_the_samples_and_know_no_scale() => Prop.ForAll(Lists.ToArbitrary(), Lists.ToArbitrary(), (x, y) =>
    {
        var (one, other) = (MannWhitney.Of(x, y), MannWhitney.Of(y, x));
        var scaled = MannWhitney.Of([.. x.Select(v => Math.Exp(v))], [.. y.Select(v => Math.Exp(v))]);
        return Math.Abs(one.U + other.U - (x.Length * (double)y.Length)) < 1e-9 && one.PValue + other.PValue >= 1 - 1e-12 && Math.Abs(one.PValue - scaled.PValue) < 1e-12
            && Math.Abs(MannWhitney.Shift(x, y) + MannWhitney.Shift(y, x)) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_sample_that_moves_up_is_never_less_evidence_and_the_shift_moves_with_it() => Prop.ForAll(Lists.ToArbitrary(), Lists.ToArbitrary(), Gen.Choose(1, 20).ToArbitrary(), (x, y, by) =>
    {
        double[] moved = [.. x.Select(v => v + (by / 4.0) + 0.1)];
        // The same method on both sides: the exact and the approximate one may differ where ties come and go.
        return MannWhitney.Of(moved, y).U >= MannWhitney.Of(x, y).U && Math.Abs(MannWhitney.Shift(moved, y) - MannWhitney.Shift(x, y) - (by / 4.0) - 0.1) < 1e-9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_shift_is_the_median_of_all_differences() => Prop.ForAll(Lists.ToArbitrary(), Lists.ToArbitrary(), (x, y) =>
    {
        var all = (from a in x from b in y select a - b).Order().ToArray();
        var median = all.Length % 2 == 1 ? all[all.Length / 2] : (all[(all.Length / 2) - 1] + all[all.Length / 2]) / 2;
        return MannWhitney.Shift(x, y).Equals(median) || MannWhitney.Shift(x, y) - median == 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_canarys_mean_can_only_add_evidence_as_it_grows() => Prop.ForAll(Gen.Choose(-300, 300).ToArbitrary(), Gen.Choose(30, 900).ToArbitrary(), (mean, n) =>
    {
        var test = new SequentialMean(HarmDirection.Increase, 0.01, 0.1, 30);
        ArmMoments stable = new(500, 1, 1);
        var (less, more) = (test.LogEvidence(new(n, mean / 100.0, 1), stable), test.LogEvidence(new(n, (mean + 1) / 100.0, 1), stable));
        var mirrored = (test with { Direction = HarmDirection.Decrease }).LogEvidence(new(n, -mean / 100.0, 1), stable with { Mean = -1 });
        return more >= less && Math.Abs(mirrored - less) < 1e-9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_lower_bound_of_a_mean_lies_below_it_and_rises_with_alpha() => Prop.ForAll(Gen.Choose(0, 100).Select(i => i / 100.0).NonEmptyListOf().ToArbitrary(), values =>
        EmpiricalBernstein.Lower(values, 0.01) is var strict && EmpiricalBernstein.Lower(values, 0.05) is var loose && strict >= 0 && loose <= 1
        && (values.Count < 40 || strict <= loose + 1e-9)).QuickCheckThrowOnFailure();

    [Fact]
    public void Slower_requests_are_never_less_evidence() => Prop.ForAll(Gen.Choose(0, 99).ArrayOf(4).ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), (counts, at) =>
    {
        double[] bounds = [0.1, 0.2, 0.4, double.PositiveInfinity];
        BucketCounts Of(int[] inside) => BucketCounts.Of([.. bounds.Select((bound, i) => new HistogramBucket(bound, inside.Take(i + 1).Sum()))])!;
        var test = new SequentialQuantile(0.9, 0.01, 0.1, 0);
        var stable = Of([80, 15, 4, 1]);
        if (counts[at] == 0 || at == 3)
            return true;
        int[] slower = [.. counts];
        slower[at]--;
        slower[at + 1]++;
        return test.LogEvidence(Of(slower), stable) >= test.LogEvidence(Of(counts), stable) - 1e-9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void All_looks_together_spend_alpha() =>
        Assert.InRange(Enumerable.Range(1, 100_000).Sum(look => AlphaSpending.At(0.05, look)), 0.0499, 0.05);
}

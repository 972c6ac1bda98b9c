using FsCheck;
using FsCheck.Fluent;

namespace ModelOperator.Analysis.Tests;

public sealed class AnalysisProperties
{
    private static readonly Gen<string> Looks = Gen.Elements("SFIENR".ToCharArray()).ArrayOf().Select(letters => new string(letters));

    private static readonly Gen<string> LooksWithoutData = Gen.Elements("ENR".ToCharArray()).ArrayOf().Select(letters => new string(letters));

    private static readonly Gen<MetricSpec> Specs =
        from count in Gen.Choose(0, 6)
        from failure in Gen.Choose(-1, 3)
        from inconclusive in Gen.Choose(-1, 3)
        from error in Gen.Choose(-1, 3)
        from noData in Gen.Choose(-1, 3)
        from inRow in Gen.Choose(0, 3)
        from concludes in Gen.Elements(true, false)
        from policy in Gen.Elements(NoDataPolicy.Inconclusive, NoDataPolicy.Fail)
        select new MetricSpec
        {
            Count = count,
            FailureLimit = failure,
            InconclusiveLimit = inconclusive,
            ConsecutiveErrorLimit = error,
            NoDataLimit = noData,
            ConsecutiveSuccessLimit = inRow,
            ConcludesOnSuccess = concludes,
            NoDataPolicy = policy,
        };

    private static readonly Gen<Sample> Unusable = Gen.Elements(
        Sample.Empty, Sample.Of(double.NaN), Sample.Of(double.PositiveInfinity), Sample.Of(double.NegativeInfinity), Sample.Of([1.0, 2.0]),
        Sample.Parse("x"), Sample.Failure("down"));

    [Fact]
    public void A_metric_never_succeeds_without_one_successful_look() =>
        Prop.ForAll(Specs.ToArbitrary(), LooksWithoutData.ToArbitrary(), (spec, looks) =>
            MetricProgressTests.Run(spec, looks).Verdict != Verdict.Successful).QuickCheckThrowOnFailure();

    [Fact]
    public void Taking_a_measurement_twice_changes_nothing() =>
        Prop.ForAll(Specs.ToArbitrary(), Looks.ToArbitrary(), (spec, looks) =>
        {
            var once = MetricProgressTests.Run(spec, looks);
            return once.Last is null || MetricProgress.Step(once, spec, once.Last).Equals(once);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Concluded_is_for_ever_whatever_comes_after() =>
        Prop.ForAll(Specs.ToArbitrary(), Looks.ToArbitrary(), Looks.ToArbitrary(), (spec, looks, more) =>
        {
            var before = MetricProgressTests.Run(spec, looks);
            var after = MetricProgressTests.Run(spec, looks + more);
            return before.Verdict.IsOpen() || (after.Verdict == before.Verdict && after.Reason == before.Reason);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void More_failures_than_the_limit_always_fail_the_metric_unless_it_ended_before() =>
        Prop.ForAll(Specs.ToArbitrary(), Looks.ToArbitrary(), (spec, looks) =>
        {
            var state = MetricProgressTests.Run(spec, looks);
            return spec.FailureLimit < 0 || state.Failed <= spec.FailureLimit || state.Verdict == Verdict.Failed;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_metrics_has_no_influence() =>
        Prop.ForAll(Gen.Elements(Enum.GetValues<Verdict>()).ArrayOf().ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (verdicts, seed) =>
        {
            var metrics = verdicts.Select((verdict, i) => new MetricOutcome($"m{i:D3}", verdict, "R", "why.", DryRun: i % 5 == 4)).ToArray();
            var shuffled = metrics.ToArray();
            new Random(seed).Shuffle(shuffled);
            return AnalysisOutcome.Of(metrics) == AnalysisOutcome.Of(shuffled);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_analysis_succeeds_only_when_every_metric_that_counts_does() =>
        Prop.ForAll(Gen.Elements(Enum.GetValues<Verdict>()).ArrayOf().ToArbitrary(), verdicts =>
        {
            var outcome = AnalysisOutcome.Of(verdicts.Select((verdict, i) => new MetricOutcome($"m{i}", verdict, "R", "why.")));
            return (outcome.Verdict == Verdict.Successful) == (verdicts.Length > 0 && verdicts.All(verdict => verdict == Verdict.Successful));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_comparison_passes_or_fails_an_answer_that_is_no_number() =>
        Prop.ForAll(Unusable.ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), Gen.Choose(-5, 5).ToArbitrary(), (sample, place, number) =>
        {
            var fine = Sample.Of((double)Math.Abs(number) + 1);
            Sample At(int i) => i == place ? sample : fine;
            var verdicts = new[]
            {
                new ThresholdRange(number, null).Judge(sample).Verdict,
                new ThresholdRange(null, number).Judge(sample).Verdict,
                new RelativeComparison(HarmDirection.Increase, 0.1, 0).Judge(At(place % 2), At(1 - (place % 2)), 9, 9).Verdict is Verdict.Successful or Verdict.Failed
                    && place < 2 ? Verdict.Successful : Verdict.NoData,
                new SequentialBinomial(0.01, 0.1, 0).Judge(At(0), At(1), At(2), At(3)).Verdict,
            };
            return verdicts.All(verdict => verdict is Verdict.NoData or Verdict.Inconclusive or Verdict.Error);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void More_errors_in_the_canary_are_never_less_evidence() =>
        Prop.ForAll(Gen.Choose(0, 200).ToArbitrary(), Gen.Choose(0, 2000).ToArbitrary(), Gen.Choose(1, 99).ToArbitrary(), (x, y, percent) =>
        {
            var test = new SequentialBinomial(0.01, 0.1, 0);
            BinomialArm stable = new(10_000, y);
            var canarySamples = 10_000.0 * percent / (100 - percent) + 300;
            return test.LogEvidence(new(canarySamples, x + 1), stable) >= test.LogEvidence(new(canarySamples, x), stable) - 1e-9;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Canonical_numbers_are_read_back_within_six_digits_and_written_the_same_again() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NormalFloat>(), number =>
        {
            var text = CanonicalNumber.Format(number.Get);
            var read = Sample.Parse(text);
            return read.IsNumber && CanonicalNumber.Format(read.Value) == text
                && Math.Abs(read.Value - number.Get) <= 1e-5 * Math.Abs(number.Get) + double.Epsilon;
        }).QuickCheckThrowOnFailure();
}

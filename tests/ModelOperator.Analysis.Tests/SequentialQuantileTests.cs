using System.Collections.Immutable;

namespace ModelOperator.Analysis.Tests;

public sealed class SequentialQuantileTests
{
    private static readonly ImmutableArray<double> Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
    private static readonly SequentialQuantile Test = new(0.95, 0.01, 0.1, 200);

    private static Sample Histogram(IEnumerable<double> values)
    {
        var all = values.ToArray();
        ImmutableArray<HistogramBucket> buckets = [.. Bounds.Append(double.PositiveInfinity).Select(bound => new HistogramBucket(bound, all.Count(value => value <= bound)))];
        return Sample.Of([.. buckets.Select(bucket => bucket.Count)]) with { Buckets = buckets };
    }

    /// <summary>So many observations of each bucket's upper half.</summary>
    private static Sample Spread(params int[] perBucket) => Histogram(perBucket.SelectMany((count, i) => Enumerable.Repeat(i < Bounds.Length ? Bounds[i] : 99, count)));

    [Fact]
    public void A_quantile_that_moved_by_buckets_is_harm()
    {
        var record = Test.Judge(Spread(100, 200, 300, 300, 50, 150), Spread(100, 200, 300, 390, 10));
        Assert.Equal((Verdict.Failed, Reasons.HarmDetected), (record.Verdict, record.Reason));
        Assert.StartsWith("The canary is worse than tolerated: quantile 0.95 of the canary in (0.1, 0.25], of stable in (0.025, 0.05], evidence ", record.Message, StringComparison.Ordinal);
        Assert.Equal((1100L, 1000L, "100"), (record.CanarySamples, record.StableSamples, record.Bound));
    }

    [Fact]
    public void A_move_within_one_bucket_cannot_be_seen_and_is_not_claimed() =>
        Assert.Equal(Reasons.NoEvidenceOfHarm, Test.Judge(Histogram(Enumerable.Repeat(0.24, 5000)), Histogram(Enumerable.Repeat(0.11, 5000))).Reason);

    [Fact]
    public void One_boundary_between_the_two_shows_worse_but_not_by_how_much()
    {
        // Canary above 0.1, stable at or below 0.1: more than no tolerance, and nobody knows whether more than a tenth.
        var (canary, stable) = (Histogram(Enumerable.Repeat(0.2, 5000)), Histogram(Enumerable.Repeat(0.09, 5000)));
        Assert.Equal(Verdict.Failed, (Test with { Tolerance = 0 }).Judge(canary, stable).Verdict);
        Assert.Equal(Verdict.Successful, Test.Judge(canary, stable).Verdict);
        Assert.Equal(Verdict.Failed, Test.Judge(Histogram(Enumerable.Repeat(0.3, 5000)), stable).Verdict);
    }

    [Fact]
    public void Harm_needs_no_minimum_and_a_pass_does()
    {
        Assert.Equal(Verdict.Failed, Test.Judge(Histogram(Enumerable.Repeat(2.0, 60)), Histogram(Enumerable.Repeat(0.01, 3000))).Verdict);
        Assert.Equal(Reasons.MinSamplesNotReached, Test.Judge(Histogram(Enumerable.Repeat(0.01, 199)), Histogram(Enumerable.Repeat(0.01, 3000))).Reason);
    }

    public static TheoryData<Sample, Sample, Verdict, string> Odd()
    {
        var good = Spread(100, 200, 300);
        var other = good with { Buckets = good.Buckets.RemoveAt(2) };
        var bare = good with { Buckets = good.Buckets.RemoveAt(good.Buckets.Length - 1) };
        return new()
        {
            { Sample.Empty, good, Verdict.NoData, Reasons.EmptyResult },
            { good, Sample.Empty, Verdict.NoData, "BaselineEmptyResult" },
            { Spread(), good, Verdict.NoData, Reasons.EmptyResult },
            { good, Spread(), Verdict.NoData, "BaselineEmptyResult" },
            { Sample.Failure("down"), good, Verdict.Error, Reasons.QueryFailed },
            { Sample.Of(0.1), good, Verdict.Error, Reasons.InvalidHistogram },
            { good, Sample.Of([1d, 2d]), Verdict.Error, "BaselineInvalidHistogram" },
            { other, good, Verdict.Error, Reasons.InvalidHistogram },
            { bare, bare, Verdict.Error, Reasons.InvalidHistogram },
        };
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public void Answers_that_are_no_histogram_never_pass(Sample canary, Sample stable, Verdict verdict, string reason)
    {
        var record = Test.Judge(canary, stable);
        Assert.Equal((verdict, reason), (record.Verdict, record.Reason));
    }

    [Theory]
    [InlineData(0, 0.01, 0)]
    [InlineData(1, 0.01, 0)]
    [InlineData(0.9, 1, 0)]
    [InlineData(0.9, 0.01, -1)]
    public void Impossible_parameters_are_an_error(double quantile, double alpha, double tolerance) =>
        Assert.Equal(Reasons.InvalidComparison, new SequentialQuantile(quantile, alpha, tolerance, 0).Judge(Spread(1), Spread(1)).Reason);

    [Fact]
    public void Buckets_that_disagree_by_an_instant_are_mended()
    {
        var sample = Spread(100, 200, 300);
        var torn = sample with { Buckets = sample.Buckets.SetItem(5, sample.Buckets[5] with { Count = 599.5 }) };
        Assert.Equal(Verdict.Successful, Test.Judge(torn, sample).Verdict);
    }

    /// <summary>300 pairs of equal arms at a tenth of the traffic, 60 looks, at alpha 0.05; the quantile lies at, just below and just above a bound.</summary>
    [Theory]
    [InlineData(0.95, 1.0)]
    [InlineData(0.95, 0.9)]
    [InlineData(0.5, 1.0)]
    [InlineData(0.99, 1.1)]
    public void Sixty_looks_at_equal_arms_raise_no_more_false_alarms_than_alpha(double quantile, double shift)
    {
        var random = new Random(5);
        // An exponential whose quantile is the bound 0.1, moved by the shift.
        var scale = shift * 0.1 / -Math.Log(1 - quantile);
        const int Rollouts = 300;
        var alarms = Enumerable.Range(0, Rollouts).Count(_ => Alarm(random, new(quantile, 0.05, 0, 50), scale, scale) is not null);
        Assert.InRange(alarms, 0, (int)((0.05 * Rollouts) + (3 * Math.Sqrt(0.05 * 0.95 * Rollouts))));
    }

    [Fact]
    public void A_tail_four_times_as_long_is_found()
    {
        var random = new Random(6);
        Assert.All(Enumerable.Range(0, 40), _ => Assert.NotNull(Alarm(random, Test, 0.12, 0.03)));
    }

    private static int? Alarm(Random random, SequentialQuantile test, double canaryScale, double stableScale)
    {
        var (canary, stable) = (new double[Bounds.Length + 1], new double[Bounds.Length + 1]);
        for (var look = 1; look <= 60; look++)
        {
            Add(random, canary, 20, canaryScale);
            Add(random, stable, 180, stableScale);
            if (test.Judge(Cumulative(canary), Cumulative(stable)).Verdict == Verdict.Failed)
                return look;
        }

        return null;
    }

    private static void Add(Random random, double[] counts, int requests, double scale)
    {
        for (var i = 0; i < requests; i++)
        {
            var value = -scale * Math.Log(1 - random.NextDouble());
            var at = 0;
            while (at < Bounds.Length && value > Bounds[at])
                at++;
            counts[at]++;
        }
    }

    private static Sample Cumulative(double[] counts)
    {
        var sum = 0.0;
        ImmutableArray<HistogramBucket> buckets = [.. counts.Select((count, i) => new HistogramBucket(i < Bounds.Length ? Bounds[i] : double.PositiveInfinity, sum += count))];
        return Sample.Of([.. buckets.Select(bucket => bucket.Count)]) with { Buckets = buckets };
    }
}

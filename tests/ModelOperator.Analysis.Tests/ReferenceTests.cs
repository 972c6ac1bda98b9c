using static ModelOperator.Analysis.Tests.ReferenceTable;

namespace ModelOperator.Analysis.Tests;

/// <summary>Every statistic beside values that SciPy, NumPy or mpmath computed.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void The_normal_distribution_agrees_far_into_the_tail()
    {
        foreach (var row in Read("normal"))
        {
            Close(Number(row[1]), SpecialFunctions.NormalUpperTail(Number(row[0])), 1e-12, $"upper tail at {row[0]}");
            Assert.Equal(Number(row[2]), SpecialFunctions.LogNormalCdf(Number(row[0])), 1e-11 * Math.Max(1, Math.Abs(Number(row[2]))));
        }

        foreach (var row in Read("normal-quantile"))
            Assert.Equal(Number(row[1]), SpecialFunctions.NormalUpperQuantile(Number(row[0])), 1e-9);
    }

    [Fact]
    public void Fishers_exact_test_agrees()
    {
        foreach (var row in Read("fisher"))
        {
            BinomialArm first = new(Number(row[1]), Number(row[0])), second = new(Number(row[3]), Number(row[2]));
            Close(Number(row[4]), FisherExact.Greater(first, second), 1e-6, "greater " + string.Join(' ', row));
            Close(Number(row[5]), FisherExact.TwoSided(first, second), 1e-6, "two-sided " + string.Join(' ', row));
        }
    }

    [Fact]
    public void Newcombes_interval_agrees()
    {
        foreach (var row in Read("newcombe"))
        {
            var interval = NewcombeInterval.Of(new(Number(row[1]), Number(row[0])), new(Number(row[3]), Number(row[2])), Number(row[4]));
            Assert.Equal(Number(row[5]), interval.Low, 1e-9);
            Assert.Equal(Number(row[6]), interval.High, 1e-9);
        }
    }

    /// <summary>Table II of Newcombe's article, method 10, to its four digits.</summary>
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(6, 7, 2, 7, 0.0582, 0.8062)]
    [InlineData(5, 56, 0, 29, -0.0381, 0.1926)]
    [InlineData(0, 10, 0, 20, -0.1611, 0.2775)]
    [InlineData(10, 10, 0, 20, 0.6791, 1.0)]
    public void Newcombes_interval_is_the_one_that_he_printed(double x, double n, double y, double m, double low, double high)
    {
        var interval = NewcombeInterval.Of(new(n, x), new(m, y), 0.95);
        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void The_rank_sum_test_and_its_shift_agree_with_and_without_ties()
    {
        foreach (var row in Read("mann-whitney"))
        {
            var (x, y) = (Numbers(row[0]), Numbers(row[1]));
            var test = MannWhitney.Of(x, y);
            Assert.Equal((Number(row[2]), row[4] == "True"), (test.U, test.Exact));
            Close(Number(row[3]), test.PValue, 1e-9, "p of " + row[2]);
            Assert.Equal(Number(row[5]), MannWhitney.Shift(x, y), 1e-12);
        }
    }

    [Fact]
    public void The_beta_mixture_agrees_with_forty_digits()
    {
        foreach (var row in Read("beta-mixture"))
            Assert.Equal(Number(row[3]), BetaMixture.LogEvidence(Number(row[0]), Number(row[1]), Number(row[2])), 1e-8);
    }

    [Fact]
    public void The_evidence_of_a_mean_agrees_with_quadrature()
    {
        foreach (var row in Read("half-normal-mixture"))
        {
            var (z, tau) = (Number(row[0]), Number(row[1]));
            // Counts and variances that give just this z and this tau.
            var test = new SequentialMean(HarmDirection.Increase, 0.01, 0, 100);
            var sharpness = (-2 * Math.Log(0.01)) + Math.Log(-2 * Math.Log(0.01)) + 1;
            var n = tau * 400 / sharpness;
            Assert.Equal(Number(row[2]), test.LogEvidence(new(n, z, n / 2), new(n, 0, n / 2)), 1e-8);
        }
    }

    [Fact]
    public void What_ranks_decide_is_what_SciPys_p_says_at_the_looks_level()
    {
        foreach (var row in Read("rank-decision"))
        {
            var test = new RankComparison(Enum.Parse<HarmDirection>(row[2]), Number(row[3]), Number(row[4]), (long)Number(row[5]));
            var record = test.Judge(Sample.Of(Numbers(row[0])), Sample.Of(Numbers(row[1])), (long)Number(row[6]));
            Assert.True(row[8] == record.Reason, $"expected {row[8]}, got {record.Reason}: {record.Message}");
            // Shown with six digits.
            Close(Number(row[7]), Number(record.PValue!), 1e-5, "p of " + record.Message);
        }
    }

    [Fact]
    public void What_a_quantile_decides_is_what_quadrature_says()
    {
        foreach (var row in Read("quantile-decision"))
        {
            var test = new SequentialQuantile(Number(row[2]), Number(row[3]), Number(row[4]), (long)Number(row[5]));
            var (canary, stable) = (Histogram(row[0]), Histogram(row[1]));
            Assert.Equal(Number(row[6]), test.LogEvidence(BucketCounts.Of(canary.Buckets)!, BucketCounts.Of(stable.Buckets)!), 1e-8);
            var record = test.Judge(canary, stable);
            Assert.True(row[7] == record.Reason, $"expected {row[7]}, got {record.Reason}: {record.Message}");
        }
    }

    private static Sample Histogram(string cumulative)
    {
        double[] bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, double.PositiveInfinity];
        var counts = Numbers(cumulative);
        return Sample.Of(counts) with { Buckets = [.. counts.Select((count, i) => new HistogramBucket(bounds[i], count))] };
    }

    [Fact]
    public void The_empirical_bernstein_bound_agrees()
    {
        foreach (var row in Read("empirical-bernstein"))
            Assert.Equal(Number(row[2]), EmpiricalBernstein.Lower(Numbers(row[0]), Number(row[1])), 1e-12);
    }

    [Fact]
    public void A_histogram_names_the_bucket_that_the_quantile_lies_in()
    {
        double[] bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, double.PositiveInfinity];
        foreach (var row in Read("histogram-quantile"))
        {
            var counts = BucketCounts.Of([.. Numbers(row[0]).Select((count, i) => new HistogramBucket(bounds[i], count))])!;
            Assert.EndsWith($", {CanonicalNumber.Format(Number(row[3]))}]", counts.Bucket(Number(row[1])), StringComparison.Ordinal);
            var interpolated = counts.Interpolated(Number(row[1]));
            Assert.InRange(interpolated, bounds.Where(bound => bound < Number(row[3])).DefaultIfEmpty(0).Last(), Number(row[3]));
        }
    }
}

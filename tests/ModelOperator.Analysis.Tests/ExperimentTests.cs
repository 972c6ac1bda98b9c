using static ModelOperator.Analysis.Tests.ReferenceTable;

namespace ModelOperator.Analysis.Tests;

/// <summary>Confidence sequences of A/B tests: beside SciPy's values, and over whole experiments that are looked at all the time.</summary>
public sealed class ExperimentTests
{
    [Fact]
    public void Bounds_of_a_rate_agree()
    {
        foreach (var row in Read("rate-sequence"))
        {
            var bounds = RateSequence.Of(new(Number(row[1]), Number(row[0])), Number(row[2]));
            Assert.Equal(Number(row[3]), bounds.Lower, 1e-9);
            Assert.Equal(Number(row[4]), bounds.Upper, 1e-9);
        }
    }

    [Fact]
    public void Bounds_of_a_ratio_of_rates_agree()
    {
        foreach (var row in Read("rate-ratio"))
        {
            var effect = RateRatioSequence.Of(new(Number(row[1]), Number(row[0])), new(Number(row[3]), Number(row[2])), Number(row[4]));
            Close(Number(row[5]), effect.Bounds.Lower, 1e-8, "lower " + string.Join(' ', row));
            Close(Number(row[6]), effect.Bounds.Upper, 1e-8, "upper " + string.Join(' ', row));
        }
    }

    [Fact]
    public void The_radius_of_the_normal_mixture_agrees()
    {
        foreach (var row in Read("normal-mixture"))
            Close(Number(row[2]), MeanSequence.Radius(Number(row[0]), Number(row[1])), 1e-9, string.Join(' ', row));
    }

    [Fact]
    public void Without_any_event_the_open_ends_are_open()
    {
        Assert.Equal(0, RateSequence.Of(new(100, 0), 0.05).Lower);
        Assert.Equal(1, RateSequence.Of(new(100, 100), 0.05).Upper);
        var none = RateRatioSequence.Of(new(100, 0), new(100, 0), 0.05);
        Assert.Equal((1, 0, double.PositiveInfinity), (none.Value, none.Bounds.Lower, none.Bounds.Upper));
        Assert.False(none.IsHigher || none.IsLower);
        Assert.True(RateRatioSequence.Of(new(200, 60), new(200, 0), 0.05).IsHigher);
        Assert.True(RateRatioSequence.Of(new(200, 0), new(200, 60), 0.05).IsLower);
    }

    [Fact]
    public void The_ratio_s_bounds_hold_it_and_are_those_of_the_mirror()
    {
        foreach (var row in Read("rate-ratio"))
        {
            BinomialArm arm = new(Number(row[1]), Number(row[0])), control = new(Number(row[3]), Number(row[2]));
            var (there, back) = (RateRatioSequence.Of(arm, control, 0.05), RateRatioSequence.Of(control, arm, 0.05));
            Assert.InRange(there.Value, there.Bounds.Lower, there.Bounds.Upper);
            Close(1 / there.Bounds.Lower, back.Bounds.Upper, 1e-9, "mirror");
        }
    }

    /// <summary>1,000 pairs of equal arms, judged at each of 60 looks: the promise holds over all looks together. The whole run is tests/bench/AbTestBench.</summary>
    [Theory]
    [InlineData(0.1, 40)]
    [InlineData(0.02, 200)]
    public void Equal_arms_have_a_false_winner_in_at_most_a_twentieth_of_the_experiments(double rate, int perLook)
    {
        var random = new Random(20260301);
        var (winners, missed) = (0, 0);
        for (var pair = 0; pair < 1000; pair++)
        {
            var (won, outside) = (false, false);
            double n = 0, x = 0, y = 0;
            for (var look = 0; look < 60; look++)
            {
                n += perLook;
                x += Events(random, perLook, rate);
                y += Events(random, perLook, rate);
                BinomialArm arm = new(n, x), control = new(n, y);
                won |= Math.Max(RateRatioSequence.LogEvidenceAbove(arm, control, 1), RateRatioSequence.LogEvidenceAbove(control, arm, 1)) >= Math.Log(2 / 0.05);
                outside |= RateSequence.LogEvidence(arm, rate) >= -Math.Log(0.05);
            }

            winners += won ? 1 : 0;
            missed += outside ? 1 : 0;
        }

        Assert.InRange(winners, 0, 50);
        Assert.InRange(missed, 0, 50);
    }

    [Fact]
    public void Equal_means_have_a_false_winner_in_at_most_a_twentieth_of_the_experiments()
    {
        var random = new Random(20260302);
        var (winners, missed) = (0, 0);
        for (var pair = 0; pair < 1000; pair++)
        {
            double[] n = [0, 0], sum = [0, 0], squares = [0, 0];
            var (won, outside) = (false, false);
            for (var look = 0; look < 40; look++)
            {
                for (var i = 0; i < 100; i++)
                {
                    // Baskets: one in four buys, for an exponential amount of 20.
                    var value = random.NextDouble() < 0.25 ? -20 * Math.Log(1 - random.NextDouble()) : 0;
                    n[i % 2]++;
                    sum[i % 2] += value;
                    squares[i % 2] += value * value;
                }

                if (n[0] < MeanSequence.LeastSamples)
                    continue;
                var (arm, control) = (ArmMoments.Of(n[0], sum[0], squares[0]), ArmMoments.Of(n[1], sum[1], squares[1]));
                var effect = MeanSequence.Difference(arm, control, 0.05, MeanSequence.LeastSamples);
                won |= effect.IsHigher || effect.IsLower;
                var bounds = MeanSequence.Of(arm, 0.05, MeanSequence.LeastSamples);
                outside |= bounds.Lower > 5 || bounds.Upper < 5;
            }

            winners += won ? 1 : 0;
            missed += outside ? 1 : 0;
        }

        Assert.InRange(winners, 0, 50);
        Assert.InRange(missed, 0, 50);
    }

    private static int Events(Random random, int requests, double rate)
    {
        var events = 0;
        for (var i = 0; i < requests; i++)
            events += random.NextDouble() < rate ? 1 : 0;
        return events;
    }
}

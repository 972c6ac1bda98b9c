namespace ModelOperator.Analysis.Tests;

/// <summary>Comparisons of many values: what they decide, what they refuse, and how often they are wrong.</summary>
public sealed class RankAndMeanTests
{
    private static readonly RankComparison Ranks = new(HarmDirection.Increase, 0.01, 0.1, 10);
    private static readonly SequentialMean Mean = new(HarmDirection.Increase, 0.01, 0.1, 50);

    private static Sample Values(int count, double start, double step = 0.01) => Sample.Of(Enumerable.Range(0, count).Select(i => start + (step * i)).ToArray());

    [Fact]
    public void Ranks_find_a_shift_beyond_the_tolerance_and_bear_one_within()
    {
        Assert.Equal((Verdict.Failed, Reasons.HarmDetected), Short(Ranks.Judge(Values(20, 2), Values(20, 1), 1)));
        Assert.Equal((Verdict.Successful, Reasons.NoEvidenceOfHarm), Short(Ranks.Judge(Values(20, 1.05), Values(20, 1), 1)));
        Assert.Equal(Verdict.Failed, (Ranks with { Tolerance = 0 }).Judge(Values(20, 1.105), Values(20, 1), 1).Verdict);
        Assert.Equal(Verdict.Successful, Ranks.Judge(Values(20, 0.1), Values(20, 1), 1).Verdict);
        Assert.Equal(Verdict.Failed, (Ranks with { Direction = HarmDirection.Decrease }).Judge(Values(20, 0.1), Values(20, 1), 1).Verdict);
    }

    [Fact]
    public void Every_further_look_asks_for_more()
    {
        var (canary, stable) = (Values(12, 1.3), Values(12, 1.0));
        Assert.Equal(Verdict.Failed, Ranks.Judge(canary, stable, 1).Verdict);
        Assert.Equal(Verdict.Running, Ranks.Judge(canary, stable, 5000).Verdict);
        Assert.Equal(Reasons.EvidenceLeansToHarm, Ranks.Judge(canary, stable, 5000).Reason);
        Assert.Equal("0.000333333", Ranks.Judge(canary, stable, 5).Bound);
    }

    [Fact]
    public void The_record_names_shift_p_and_values()
    {
        var record = Ranks.Judge(Values(20, 2), Values(20, 1), 1);
        Assert.Equal(("2.095", "1.095", "0.005", 20L, 20L), (record.Value, record.Baseline, record.Bound, record.CanarySamples, record.StableSamples));
        Assert.Equal("The canary is worse than tolerated: shift 1 beside a tolerance of 0.1095, p " + record.PValue + " of 0.005 at look 1 (20 and 20 values).", record.Message);
    }

    public static TheoryData<Sample, Sample, Verdict, string> Odd() => new()
    {
        { Sample.Empty, Values(20, 1), Verdict.NoData, Reasons.EmptyResult },
        { Values(20, 1), Sample.Empty, Verdict.NoData, "BaselineEmptyResult" },
        { Sample.Of([double.NaN, double.NaN]), Values(20, 1), Verdict.NoData, Reasons.NotANumber },
        { Sample.Of([1, double.PositiveInfinity]), Values(20, 1), Verdict.Inconclusive, Reasons.PositiveInfinity },
        { Values(20, 1), Sample.Of([1, double.NegativeInfinity]), Verdict.Inconclusive, "BaselineNegativeInfinity" },
        { Sample.Empty, Sample.Failure("down"), Verdict.Error, "BaselineQueryFailed" },
        { Sample.NotReadable("odd"), Values(20, 1), Verdict.Error, Reasons.UnparsableResult },
        { Values(20, 1) with { Series = 2 }, Values(20, 1), Verdict.Error, Reasons.SeveralSeries },
        { Values(20, 1), Values(20, 1) with { Series = 2 }, Verdict.Error, "BaselineSeveralSeries" },
        { Sample.Empty, Values(20, 1) with { Series = 2 }, Verdict.Error, "BaselineSeveralSeries" },
        { Values(7, 9), Values(20, 1), Verdict.Running, Reasons.MinSamplesNotReached },
    };

    [Theory]
    [MemberData(nameof(Odd))]
    public void Answers_without_enough_values_never_pass(Sample canary, Sample stable, Verdict verdict, string reason)
    {
        Assert.Equal((verdict, reason), Short(Ranks.Judge(canary, stable, 1)));
        Assert.Equal((verdict, reason), Short(Mean.Judge(canary, stable)));
    }

    [Fact]
    public void Windows_without_traffic_are_left_out()
    {
        var holes = Sample.Of(Values(20, 1).Values.SelectMany(value => new[] { value, double.NaN }).ToArray());
        Assert.Equal(20, Ranks.Judge(holes, Values(20, 1), 1).CanarySamples);
    }

    [Fact]
    public void Impossible_parameters_are_an_error()
    {
        Assert.Equal(Reasons.InvalidComparison, (Ranks with { Alpha = 0 }).Judge(Values(9, 1), Values(9, 1), 1).Reason);
        Assert.Equal(Reasons.InvalidComparison, Ranks.Judge(Values(9, 1), Values(9, 1), 0).Reason);
        Assert.Equal(Reasons.InvalidComparison, (Mean with { Tolerance = -1 }).Judge(Values(9, 1), Values(9, 1)).Reason);
        Assert.Equal(Reasons.InvalidComparison, (Mean with { Range = new(1, 1) }).Judge(Values(9, 1), Values(9, 1)).Reason);
        Assert.Equal(Reasons.OutsideRange, (Mean with { Range = new(0, 1) }).Judge(Values(9, 1), Values(9, 0)).Reason);
    }

    [Fact]
    public void Means_are_compared_with_and_without_a_range()
    {
        Assert.Equal((Verdict.Failed, Reasons.HarmDetected), Short(Mean.Judge(Values(60, 2), Values(60, 1))));
        Assert.Equal((Verdict.Successful, Reasons.NoEvidenceOfHarm), Short(Mean.Judge(Values(60, 1.05), Values(60, 1))));
        Assert.Equal((Verdict.Running, Reasons.MinSamplesNotReached), Short(Mean.Judge(Values(49, 9), Values(60, 1))));
        Assert.Equal(Verdict.Failed, (Mean with { Direction = HarmDirection.Decrease }).Judge(Values(60, 0.1), Values(60, 1)).Verdict);
        var bounded = Mean with { Range = new(0, 10) };
        Assert.Equal((Verdict.Failed, Reasons.HarmDetected), Short(bounded.Judge(Values(300, 5, 0.001), Values(300, 1, 0.001))));
        Assert.Equal(Verdict.Failed, (bounded with { Direction = HarmDirection.Decrease }).Judge(Values(300, 1, 0.001), Values(300, 5, 0.001)).Verdict);
        Assert.Equal(Verdict.Successful, bounded.Judge(Values(300, 1, 0.001), Values(300, 1, 0.001)).Verdict);
    }

    [Fact]
    public void Equal_constant_values_are_no_harm_and_other_ones_are()
    {
        var constant = Sample.Of(Enumerable.Repeat(1.0, 60).ToArray());
        Assert.Equal(Verdict.Successful, Mean.Judge(constant, constant).Verdict);
        Assert.Equal(Verdict.Failed, Mean.Judge(Sample.Of(Enumerable.Repeat(2.0, 60).ToArray()), constant).Verdict);
        Assert.Equal(Verdict.Successful, Ranks.Judge(constant, constant, 1).Verdict);
    }

    [Fact]
    public void A_negative_stable_mean_is_tolerated_on_the_right_side()
    {
        Assert.Equal(Verdict.Successful, Mean.Judge(Values(60, -1.95, 0.001), Values(60, -2, 0.001)).Verdict);
        Assert.Equal(Verdict.Failed, Mean.Judge(Values(60, -1.5, 0.001), Values(60, -2, 0.001)).Verdict);
    }

    /// <summary>Forty looks at 200 pairs of equal arms, at alpha 0.05, with normal and with skewed values: the share of alarms stays below alpha.</summary>
    [Theory]
    [InlineData("ranks", false)]
    [InlineData("ranks", true)]
    [InlineData("mean", false)]
    [InlineData("mean", true)]
    [InlineData("range", true)]
    public void Repeated_looks_at_equal_arms_raise_no_more_false_alarms_than_alpha(string what, bool skewed)
    {
        var random = new Random(20_260_102);
        const int Rollouts = 200;
        var alarms = 0;
        for (var i = 0; i < Rollouts; i++)
            alarms += Alarm(random, what, skewed, 0) is null ? 0 : 1;
        Assert.InRange(alarms, 0, (int)((0.05 * Rollouts) + (3 * Math.Sqrt(0.05 * 0.95 * Rollouts))));
    }

    [Theory]
    [InlineData("ranks")]
    [InlineData("mean")]
    [InlineData("range")]
    public void A_shift_of_a_standard_deviation_is_found(string what)
    {
        var random = new Random(3);
        var found = Enumerable.Range(0, 40).Count(_ => Alarm(random, what, false, 1) is not null);
        Assert.InRange(found, what == "range" ? 30 : 39, 40);
    }

    private static int? Alarm(Random random, string what, bool skewed, double shift)
    {
        var (canary, stable) = (new List<double>(), new List<double>());
        double One() => skewed ? Math.Min(20, -Math.Log(1 - random.NextDouble())) : Math.Clamp(10 + (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())), 0, 20);
        for (var look = 1; look <= 40; look++)
        {
            for (var k = 0; k < 10; k++)
            {
                canary.Add(Math.Min(20, One() + shift));
                stable.Add(One());
                stable.Add(One());
            }

            var record = what switch
            {
                "ranks" => new RankComparison(HarmDirection.Increase, 0.05, 0, 10).Judge(Sample.Of(canary), Sample.Of(stable), look),
                "mean" => new SequentialMean(HarmDirection.Increase, 0.05, 0, 50).Judge(Sample.Of(canary), Sample.Of(stable)),
                _ => new SequentialMean(HarmDirection.Increase, 0.05, 0, 50) { Range = new(0, 20) }.Judge(Sample.Of(canary), Sample.Of(stable)),
            };
            if (record.Verdict == Verdict.Failed)
                return look;
        }

        return null;
    }

    private static (Verdict Verdict, string Reason) Short(DecisionRecord record) => (record.Verdict, record.Reason);
}

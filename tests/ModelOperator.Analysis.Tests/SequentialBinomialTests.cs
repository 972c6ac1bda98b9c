namespace ModelOperator.Analysis.Tests;

public sealed class SequentialBinomialTests
{
    private static readonly SequentialBinomial Test = new(Alpha: 0.01, Tolerance: 0.1, MinSamples: 500);

    /// <summary>
    /// Expected values: Simpson quadrature of the mixture in logit space (400,000 intervals, log-sum-exp) in Python, which shares no code or
    /// formula for the incomplete beta function with the library.
    /// </summary>
    [Theory]
    [InlineData(0, 500, 0, 9500, 0.1, 0)]
    [InlineData(5, 500, 0, 9500, 0.1, 7.980816324615526)]
    [InlineData(10, 500, 95, 9500, 0.1, 0.48634371407756394)]
    [InlineData(25, 500, 95, 9500, 0.1, 15.062977380986762)]
    [InlineData(5, 500, 95, 9500, 0.0, -1.354362057873308)]
    [InlineData(200, 20000, 200, 20000, 0, -2.926881301206663)]
    [InlineData(300, 20000, 200, 20000, 0.1, 3.7431587054302042)]
    [InlineData(12.5, 412.37, 61.2, 7800.9, 0.1, 5.141651810859575)]
    [InlineData(1000, 1000000, 19000, 19000000, 0.1, -5.4137219212132095)]
    public void Evidence_agrees_with_direct_quadrature(double x, double nc, double y, double ns, double tolerance, double expected) =>
        Assert.Equal(expected, (Test with { Tolerance = tolerance }).LogEvidence(new(nc, x), new(ns, y)), 1e-7);

    /// <summary>Expected values: the same quadrature with 2,000,000 intervals over a wider range (the prior's tail is heavy near q = 1).</summary>
    [Theory]
    [InlineData(20, 39.705990271938944)]
    [InlineData(100, -4.380462465505616)]
    public void Fewer_good_events_are_evidence_of_harm_when_less_is_worse(double conversions, double expected) =>
        Assert.Equal(expected, (Test with { Direction = HarmDirection.Decrease }).LogEvidence(new(500, conversions), new(9500, 2000)), 1e-6);

    [Theory]
    [InlineData(25, 500, 95, 9500, Verdict.Failed, Reasons.HarmDetected)]
    [InlineData(5, 60, 1, 9500, Verdict.Failed, Reasons.HarmDetected)]
    [InlineData(5, 500, 95, 9500, Verdict.Successful, Reasons.NoEvidenceOfHarm)]
    [InlineData(0, 500, 0, 9500, Verdict.Successful, Reasons.NoEvidenceOfHarm)]
    [InlineData(0, 499, 0, 9500, Verdict.Running, Reasons.MinSamplesNotReached)]
    [InlineData(0, 5000, 0, 499, Verdict.Running, Reasons.MinSamplesNotReached)]
    [InlineData(300, 20000, 200, 20000, Verdict.Running, Reasons.EvidenceLeansToHarm)]
    [InlineData(0, 0, 0, 9500, Verdict.NoData, Reasons.EmptyResult)]
    [InlineData(0, 500, 0, 0, Verdict.NoData, "BaselineEmptyResult")]
    [InlineData(60, 50, 0, 900, Verdict.Error, Reasons.InconsistentCounts)]
    [InlineData(-1, 50, 0, 900, Verdict.Error, Reasons.InconsistentCounts)]
    [InlineData(double.NaN, 50, 0, 900, Verdict.Error, Reasons.InconsistentCounts)]
    public void Counts_give_a_verdict_and_a_reason(double x, double nc, double y, double ns, Verdict verdict, string reason)
    {
        var record = Test.Judge(new BinomialArm(nc, x), new BinomialArm(ns, y));
        Assert.Equal((verdict, reason), (record.Verdict, record.Reason));
        Assert.EndsWith(".", record.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_record_holds_all_numbers_of_the_decision()
    {
        var record = Test.Judge(new BinomialArm(500, 25), new BinomialArm(9500, 95));
        Assert.Equal("0.05", record.Value);
        Assert.Equal("0.01", record.Baseline);
        Assert.Equal("100", record.Bound);
        // e^15.062977380986762 = 3481512.49 (Python).
        Assert.Equal("3481510", record.Evidence);
        Assert.Equal((500L, 9500L, 25L, 95L), (record.CanarySamples, record.StableSamples, record.CanaryEvents, record.StableEvents));
        Assert.Equal("The canary is worse than tolerated: canary 25/500, stable 95/9500, evidence " + record.Evidence + " of 100.", record.Message);
    }

    [Theory]
    [InlineData(0, 0.1, 1)]
    [InlineData(1, 0.1, 1)]
    [InlineData(double.NaN, 0.1, 1)]
    [InlineData(0.01, -0.1, 1)]
    [InlineData(0.01, double.PositiveInfinity, 1)]
    [InlineData(0.01, 0.1, -1)]
    public void Parameters_out_of_range_are_an_error_and_never_a_pass(double alpha, double tolerance, long minSamples) =>
        Assert.Equal(Reasons.InvalidComparison, new SequentialBinomial(alpha, tolerance, minSamples).Judge(new BinomialArm(9, 0), new BinomialArm(9, 0)).Reason);

    [Fact]
    public void An_answer_that_is_no_number_is_never_a_pass()
    {
        var good = Sample.Of(1000.0);
        var zero = Sample.Of(0.0);
        Assert.Equal(Verdict.Successful, Test.Judge(zero, good, zero, good).Verdict);
        Assert.Equal(("EmptyResult", Verdict.NoData), Short(Test.Judge(Sample.Empty, good, zero, good)));
        Assert.Equal(("BaselineEmptyResult", Verdict.NoData), Short(Test.Judge(zero, good, Sample.Empty, good)));
        Assert.Equal(("BaselineQueryFailed", Verdict.Error), Short(Test.Judge(Sample.Empty, good, zero, Sample.Failure("timeout"))));
    }

    /// <summary>3,000 healthy rollouts of 60 looks each, equal rates and 200 canary requests per look; the worst split of the three is held to alpha.</summary>
    [Theory]
    [InlineData(0.05, 0.01)]
    [InlineData(0.2, 0.01)]
    [InlineData(0.5, 0.01)]
    [InlineData(0.5, 0.3)]
    public void Sixty_looks_at_equal_arms_raise_no_more_false_alarms_than_alpha(double share, double rate)
    {
        var random = new Random(20_260_101);
        var test = Test with { Alpha = 0.05, Tolerance = 0 };
        const int Rollouts = 3000;
        var alarms = 0;
        for (var i = 0; i < Rollouts; i++)
            alarms += FirstAlarm(random, test, share, rate, rate, 200) is null ? 0 : 1;
        // Three standard errors of a proportion at exactly alpha: the test itself must not be a coin toss.
        Assert.InRange(alarms, 0, (0.05 * Rollouts) + (3 * Math.Sqrt(0.05 * 0.95 * Rollouts)));
    }

    [Theory]
    [InlineData(0.05, 2, 0.97, 14)]
    [InlineData(0.05, 3, 1.0, 5)]
    [InlineData(0.05, 5, 1.0, 2)]
    [InlineData(0.5, 2, 0.90, 27)]
    [InlineData(0.5, 3, 1.0, 8)]
    [InlineData(0.5, 5, 1.0, 3)]
    public void Canaries_with_two_to_five_times_the_errors_are_found_in_time(double share, double ratio, double atLeast, int medianLook)
    {
        var random = new Random(7);
        const int Rollouts = 300;
        List<int> looks = [];
        for (var i = 0; i < Rollouts; i++)
            if (FirstAlarm(random, Test, share, 0.01 * ratio, 0.01, 200) is { } look)
                looks.Add(look);
        Assert.True(looks.Count >= atLeast * Rollouts, $"found {looks.Count} of {Rollouts}");
        looks.Sort();
        Assert.InRange(looks[looks.Count / 2], 1, medianLook);
    }

    private static int? FirstAlarm(Random random, SequentialBinomial test, double share, double canaryRate, double stableRate, int perLook)
    {
        var stablePerLook = (int)Math.Round(perLook * (1 - share) / share);
        double x = 0, y = 0;
        for (var look = 1; look <= 60; look++)
        {
            x += Binomial(random, perLook, canaryRate);
            y += Binomial(random, stablePerLook, stableRate);
            if (test.Judge(new BinomialArm(look * (double)perLook, x), new BinomialArm(look * (double)stablePerLook, y)).Verdict == Verdict.Failed)
                return look;
        }

        return null;
    }

    /// <summary>Counts successes by jumping from one to the next (geometric gaps).</summary>
    private static int Binomial(Random random, int n, double p)
    {
        var perFailure = Math.Log(1 - p);
        var successes = 0;
        for (var at = 0L; ; successes++)
        {
            at += 1 + (long)(Math.Log(1 - random.NextDouble()) / perFailure);
            if (at > n)
                return successes;
        }
    }

    private static (string Reason, Verdict Verdict) Short(DecisionRecord record) => (record.Reason, record.Verdict);
}

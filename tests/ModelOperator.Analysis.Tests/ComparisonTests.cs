namespace ModelOperator.Analysis.Tests;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData(null, 0.4, 0.4, Verdict.Successful, Reasons.WithinRange)]
    [InlineData(null, 0.4, 0.41, Verdict.Failed, Reasons.AboveMaximum)]
    [InlineData(0.9, null, 0.9, Verdict.Successful, Reasons.WithinRange)]
    [InlineData(0.9, null, 0.89, Verdict.Failed, Reasons.BelowMinimum)]
    [InlineData(1.0, 2.0, 1.5, Verdict.Successful, Reasons.WithinRange)]
    [InlineData(2.0, 1.0, 1.5, Verdict.Error, Reasons.InvalidRange)]
    [InlineData(null, null, 1.5, Verdict.Error, Reasons.InvalidRange)]
    [InlineData(null, double.NaN, 1.5, Verdict.Error, Reasons.InvalidRange)]
    [InlineData(null, double.PositiveInfinity, 1.5, Verdict.Error, Reasons.InvalidRange)]
    [InlineData(0.0, null, double.NaN, Verdict.NoData, Reasons.NotANumber)]
    [InlineData(0.0, null, double.PositiveInfinity, Verdict.Inconclusive, Reasons.PositiveInfinity)]
    [InlineData(null, 0.0, double.NegativeInfinity, Verdict.Inconclusive, Reasons.NegativeInfinity)]
    public void A_threshold_range_judges_a_value(double? min, double? max, double value, Verdict verdict, string reason)
    {
        var record = new ThresholdRange(min, max).Judge(Sample.Of(value));
        Assert.Equal((verdict, reason), (record.Verdict, record.Reason));
    }

    [Fact]
    public void The_bound_in_the_record_is_the_end_that_was_broken()
    {
        Assert.Equal(("3", "2"), Numbers(new ThresholdRange(1, 2).Judge(Sample.Of(3.0))));
        Assert.Equal(("0.5", "1"), Numbers(new ThresholdRange(1, 2).Judge(Sample.Of(0.5))));
    }

    [Theory]
    [InlineData(HarmDirection.Increase, 1.1, 1.0, Verdict.Successful)]
    [InlineData(HarmDirection.Increase, 1.2, 1.0, Verdict.Failed)]
    [InlineData(HarmDirection.Increase, 0.1, 1.0, Verdict.Successful)]
    [InlineData(HarmDirection.Decrease, 0.9, 1.0, Verdict.Successful)]
    [InlineData(HarmDirection.Decrease, 0.8, 1.0, Verdict.Failed)]
    [InlineData(HarmDirection.Decrease, 5.0, 1.0, Verdict.Successful)]
    [InlineData(HarmDirection.Increase, -0.9, -1.0, Verdict.Successful)]
    [InlineData(HarmDirection.Increase, -0.8, -1.0, Verdict.Failed)]
    [InlineData(HarmDirection.Increase, 0.001, 0.0, Verdict.Failed)]
    public void The_canary_is_held_against_the_stable_value(HarmDirection direction, double canary, double stable, Verdict verdict) =>
        Assert.Equal(verdict, new RelativeComparison(direction, 0.1000001, 10).Judge(Sample.Of(canary), Sample.Of(stable), 10, 10).Verdict);

    [Fact]
    public void Slack_keeps_a_stable_value_of_zero_from_failing_every_canary() =>
        Assert.Equal(Verdict.Successful, new RelativeComparison(HarmDirection.Increase, 0.1, 0, Slack: 0.01).Judge(Sample.Of(0.001), Sample.Of(0.0), 9, 9).Verdict);

    [Fact]
    public void Too_few_samples_in_either_arm_are_waited_for()
    {
        var comparison = new RelativeComparison(HarmDirection.Increase, 0.1, 500);
        var record = comparison.Judge(Sample.Of(9.0), Sample.Of(1.0), 412, 9000);
        Assert.Equal((Verdict.Running, Reasons.MinSamplesNotReached), (record.Verdict, record.Reason));
        Assert.Equal("Waiting for samples: canary n=412 of 500.", record.Message);
        Assert.Equal("Waiting for samples: stable n=3 of 500.", comparison.Judge(Sample.Of(9.0), Sample.Of(1.0), 9000, 3).Message);
    }

    [Theory]
    [InlineData(double.NaN, 1, "NotANumber")]
    [InlineData(1, double.NaN, "BaselineNotANumber")]
    [InlineData(double.PositiveInfinity, 1, "PositiveInfinity")]
    [InlineData(1, double.PositiveInfinity, "BaselinePositiveInfinity")]
    public void A_missing_side_is_named(double canary, double stable, string reason) =>
        Assert.Equal(reason, new RelativeComparison(HarmDirection.Decrease, 0.1, 0).Judge(Sample.Of(canary), Sample.Of(stable), 1, 1).Reason);

    [Theory]
    [InlineData(-0.1, 0, 0)]
    [InlineData(0.1, -1, 0)]
    [InlineData(0.1, 0, -1)]
    [InlineData(double.NaN, 0, 0)]
    public void A_comparison_with_impossible_parameters_is_an_error(double tolerance, long minSamples, double slack) =>
        Assert.Equal(Verdict.Error, new RelativeComparison(HarmDirection.Increase, tolerance, minSamples, slack).Judge(Sample.Of(1.0), Sample.Of(1.0), 1, 1).Verdict);

    private static (string?, string?) Numbers(DecisionRecord record) => (record.Value, record.Bound);
}

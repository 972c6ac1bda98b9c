using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;
using HarmDirection = ModelOperator.CanaryDeployments.HarmDirection;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Queries and single looks.</summary>
public sealed class CanaryMetricTests
{
    private const string Gateway = "namespace=\"shop\",canary=\"prices\",version=\"diamonds-2\"";
    private static readonly CanaryMetric Latency = new() { Name = "p95", Type = CanaryMetricType.Latency, MinSamples = 50, Threshold = new() { Max = "0.4" } };
    private static readonly CanaryMetric Query = new() { Name = "mine", Type = CanaryMetricType.Query, Query = "q{{{version}}}", Threshold = new() { Min = "1", Max = "2" } };

    private static CanaryQueries Of(CanaryMetric metric, int seconds = 90, bool copies = false) =>
        CanaryQueries.Of(metric, "shop", "prices", "diamonds-2", TimeSpan.FromSeconds(seconds), copies);

    [Fact]
    public void The_queries_are_these()
    {
        Assert.Equal(
            new(
                $"sum(increase(modelop_gateway_requests_total{{{Gateway},code=~\"5..\"}}[90s])) or (sum(increase(modelop_gateway_requests_total{{{Gateway}}}[90s])) * 0)",
                $"sum(increase(modelop_gateway_requests_total{{{Gateway}}}[90s]))"),
            Of(Errors));
        Assert.Equal(
            new(
                $"histogram_quantile(0.99, sum by (le) (increase(modelop_gateway_request_duration_seconds_bucket{{{Gateway}}}[90s])))",
                $"sum(increase(modelop_gateway_requests_total{{{Gateway}}}[90s]))"),
            Of(Latency with { Quantile = "0.99" }));
        Assert.Equal(
            $"sum by (le) (increase(modelop_gateway_request_duration_seconds_bucket{{{Gateway}}}[90s]))",
            Of(Latency with { Compare = new() { Statistic = MetricStatistic.SequentialQuantile } }).Value);
        Assert.Equal(
            new(
                $"sum(increase(modelop_gateway_mirror_requests_total{{{Gateway},code=~\"5..\"}}[90s])) or (sum(increase(modelop_gateway_mirror_requests_total{{{Gateway}}}[90s])) * 0)",
                $"sum(increase(modelop_gateway_mirror_requests_total{{{Gateway}}}[90s]))"),
            Of(Errors, copies: true));
        Assert.Contains("modelop_gateway_mirror_request_duration_seconds_bucket{", Of(Latency, copies: true).Value, StringComparison.Ordinal);
        const string server = "namespace=\"shop\",canary=~\"prices|\",version=\"diamonds-2\"";
        Assert.Equal(
            new(
                $"sqrt(sum(increase(modelop_feedback_squared_error_sum{{{server}}}[90s])) / sum(increase(modelop_feedback_total{{{server}}}[90s])))",
                $"sum(increase(modelop_feedback_total{{{server}}}[90s]))"),
            Of(Rmse));
        Assert.Equal(
            new("a diamonds-2 prices shop 90s", null),
            Of(Query with { Query = "a {{version}} {{canary}} {{namespace}} {{window}}" }));
        Assert.Equal(new("q", "n diamonds-2 90s"), Of(Query with { Query = "q", SamplesQuery = "n {{version}} {{window}}" }));
    }

    [Theory]
    [InlineData(0, null, "[5s]")]
    [InlineData(7, null, "[7s]")]
    [InlineData(7, 300, "[300s]")]
    public void The_window_runs_since_the_step_began_unless_it_is_fixed(int segment, int? window, string text) =>
        Assert.Contains(text, Of(Errors with { WindowSeconds = window }, segment).Value, StringComparison.Ordinal);

    private static readonly Sample Nothing = Sample.Empty;
    private static readonly Sample NaN = Sample.Of(double.NaN);
    private static readonly Sample Down = Sample.Failure("down");
    private static readonly Sample Series = Sample.Of([1d, 2d]);

    public static TheoryData<CanaryMetric, Sample, Sample, Sample, Sample, Verdict, string> Looks() => new()
    {
        { Errors, Sample.Of(0), Sample.Of(0), Sample.Of(100), Sample.Of(100), Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { Errors, Sample.Of(60), Sample.Of(0), Sample.Of(100), Sample.Of(100), Verdict.Failed, Reasons.HarmDetected },
        { Errors, Sample.Of(0), Sample.Of(0), Sample.Of(49), Sample.Of(100), Verdict.Running, Reasons.MinSamplesNotReached },
        { Errors, Sample.Of(30), Sample.Of(0), Sample.Of(30), Sample.Of(100), Verdict.Failed, Reasons.HarmDetected },
        { Errors, Sample.Of(100.6), Sample.Of(0), Sample.Of(100), Sample.Of(100), Verdict.Failed, Reasons.HarmDetected },
        { Errors, Nothing, Sample.Of(0), Nothing, Sample.Of(100), Verdict.NoData, Reasons.EmptyResult },
        { Errors, Sample.Of(0), Sample.Of(0), Sample.Of(0), Sample.Of(100), Verdict.NoData, Reasons.EmptyResult },
        { Errors, Sample.Of(0), Nothing, Sample.Of(100), Nothing, Verdict.NoData, Reasons.OfBaseline(Reasons.EmptyResult) },
        { Errors, Sample.Of(0), Down, Sample.Of(100), Sample.Of(9), Verdict.Error, Reasons.OfBaseline(Reasons.QueryFailed) },
        { Errors with { Threshold = new() { Max = "0.05" } }, Sample.Of(10), Sample.Of(10), Sample.Of(100), Sample.Of(100), Verdict.Failed, Reasons.AboveMaximum },
        { Errors with { Threshold = new() { Max = "0.05" } }, Sample.Of(1), Sample.Of(1), Sample.Of(10), Sample.Of(100), Verdict.Running, Reasons.MinSamplesNotReached },
        { Latency, Sample.Of(0.4), Nothing, Sample.Of(50), Nothing, Verdict.Successful, Reasons.WithinRange },
        { Latency, Sample.Of(0.41), Nothing, Sample.Of(50), Nothing, Verdict.Failed, Reasons.AboveMaximum },
        { Latency, Sample.Of(9), Nothing, Sample.Of(49), Nothing, Verdict.Running, Reasons.MinSamplesNotReached },
        { Latency, NaN, Nothing, Sample.Of(0), Nothing, Verdict.NoData, Reasons.NotANumber },
        { Latency with { Compare = new() }, Sample.Of(0.3), Sample.Of(0.1), Sample.Of(99), Sample.Of(99), Verdict.Failed, Reasons.WorseThanStable },
        { Rmse, Sample.Of(11), Sample.Of(10), Sample.Of(99), Sample.Of(99), Verdict.Successful, Reasons.WithinTolerance },
        { Rmse, Sample.Of(11.1), Sample.Of(10), Sample.Of(99), Sample.Of(99), Verdict.Failed, Reasons.WorseThanStable },
        { Rmse, Sample.Of(99), Sample.Of(10), Sample.Of(99), Sample.Of(3), Verdict.Running, Reasons.MinSamplesNotReached },
        { Rmse, NaN, Sample.Of(10), Sample.Of(0), Sample.Of(99), Verdict.NoData, Reasons.NotANumber },
        { Query, Sample.Of(2), Nothing, Nothing, Nothing, Verdict.Successful, Reasons.WithinRange },
        { Query, Sample.Of(0.9), Nothing, Nothing, Nothing, Verdict.Failed, Reasons.BelowMinimum },
        { Query, Nothing, Nothing, Nothing, Nothing, Verdict.NoData, Reasons.EmptyResult },
        { Query, NaN, Nothing, Nothing, Nothing, Verdict.NoData, Reasons.NotANumber },
        { Query, Series, Nothing, Nothing, Nothing, Verdict.Error, Reasons.SeveralSeries },
        { Query, Sample.Of(double.PositiveInfinity), Nothing, Nothing, Nothing, Verdict.Inconclusive, Reasons.PositiveInfinity },
        { Query, Down, Nothing, Nothing, Nothing, Verdict.Error, Reasons.QueryFailed },
        { Query with { Threshold = null }, Sample.Of(1), Nothing, Nothing, Nothing, Verdict.Error, Reasons.InvalidRange },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public void One_look_is_judged(CanaryMetric metric, Sample canary, Sample stable, Sample canaryTotal, Sample stableTotal, Verdict verdict, string reason)
    {
        var record = CanaryMetricJudge.Judge(metric, new(canary, stable, canaryTotal, stableTotal));
        Assert.Equal((verdict, reason), (record.Verdict, record.Reason));
        Assert.NotEmpty(record.Message);
    }

    private static Sample Many(params double[] values) => Sample.Of(values);

    private static Sample Line(int count, double start) => Many([.. Enumerable.Range(0, count).Select(i => start + (0.01 * i))]);

    private static Sample Histogram(double count, double slow) =>
        Many(count - slow, count) with { Buckets = [new(0.1, count - slow), new(0.5, count), new(double.PositiveInfinity, count)] };

    private static CanaryMetric With(MetricStatistic statistic, HarmDirection harm = HarmDirection.Increase) =>
        Query with { Threshold = null, MinSamples = 20, Compare = new() { Statistic = statistic, Harm = harm } };

    private static readonly CanaryMetric Conditioned = Query with { Threshold = null, SuccessCondition = "result <= 1.1 * stable" };

    private static readonly CanaryMetric Quantiles = new() { Name = "p95", Type = CanaryMetricType.Latency, MinSamples = 50, Compare = new() { Statistic = MetricStatistic.SequentialQuantile } };

    private static readonly CanaryMetric Conversions = With(MetricStatistic.SequentialBinomial, HarmDirection.Decrease) with { SamplesQuery = "n" };

    public static TheoryData<CanaryMetric, Sample, Sample, Sample, Sample, Verdict, string> Choices() => new()
    {
        { Conditioned, Sample.Of(1.1), Sample.Of(1), Nothing, Nothing, Verdict.Successful, Reasons.SuccessConditionMet },
        { Conditioned, Sample.Of(1.2), Sample.Of(1), Nothing, Nothing, Verdict.Failed, Reasons.SuccessConditionNotMet },
        { Conditioned, Sample.Of(1.2), Nothing, Nothing, Nothing, Verdict.NoData, "BaselineEmptyResult" },
        { Conditioned, Series, Sample.Of(1), Nothing, Nothing, Verdict.Error, Reasons.SeveralSeries },
        { Conditioned, Down, Sample.Of(1), Nothing, Nothing, Verdict.Error, Reasons.QueryFailed },
        { Conditioned with { SamplesQuery = "n" }, Sample.Of(9), Sample.Of(1), Sample.Of(99), Nothing, Verdict.Running, Reasons.MinSamplesNotReached },
        { Conditioned with { SamplesQuery = "n" }, Sample.Of(9), Sample.Of(1), Sample.Of(100), Nothing, Verdict.Failed, Reasons.SuccessConditionNotMet },
        { Conditioned with { SamplesQuery = "n" }, Sample.Of(1), Sample.Of(1), Down, Nothing, Verdict.Error, Reasons.QueryFailed },
        { Conditioned with { SuccessCondition = "oops" }, Sample.Of(1), Sample.Of(1), Nothing, Nothing, Verdict.Error, Reasons.InvalidCondition },
        { Query with { FailureCondition = "result > 1.5" }, Sample.Of(1.6), Nothing, Nothing, Nothing, Verdict.Failed, Reasons.FailureConditionMet },
        { Query with { FailureCondition = "result > 9" }, Sample.Of(3), Nothing, Nothing, Nothing, Verdict.Failed, Reasons.AboveMaximum },
        { Query with { FailureCondition = "result > 1.5", SuccessCondition = "result < 1.2" }, Sample.Of(1.3), Nothing, Nothing, Nothing, Verdict.Inconclusive, Reasons.NeitherConditionMet },
        { Errors with { FailureCondition = "result > 0.05" }, Sample.Of(6), Sample.Of(6), Sample.Of(100), Sample.Of(100), Verdict.Failed, Reasons.FailureConditionMet },
        { Errors with { FailureCondition = "result > 0.05" }, Sample.Of(4), Sample.Of(4), Sample.Of(100), Sample.Of(100), Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { Errors with { FailureCondition = "result > 0.05" }, Sample.Of(0), Sample.Of(0), Sample.Of(0), Sample.Of(100), Verdict.NoData, Reasons.EmptyResult },
        { Latency with { Threshold = null, SuccessCondition = "result < 2 * stable" }, Sample.Of(0.3), Sample.Of(0.1), Sample.Of(99), Sample.Of(99), Verdict.Failed, Reasons.SuccessConditionNotMet },
        { Quantiles, Histogram(1000, 10), Histogram(1000, 10), Sample.Of(1000), Sample.Of(1000), Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { Quantiles, Histogram(1000, 10) with { Buckets = [new(0.1, 0), new(0.5, 100), new(double.PositiveInfinity, 1000)] }, Histogram(1000, 10), Sample.Of(1000), Sample.Of(1000), Verdict.Failed, Reasons.HarmDetected },
        { Quantiles with { Threshold = new() { Max = "0.3" } }, Histogram(1000, 900), Histogram(1000, 900), Sample.Of(1000), Sample.Of(1000), Verdict.Failed, Reasons.AboveMaximum },
        { Quantiles, Sample.Of(0.3), Histogram(1000, 10), Sample.Of(1000), Sample.Of(1000), Verdict.Error, Reasons.InvalidHistogram },
        { With(MetricStatistic.MannWhitney), Line(20, 2), Line(20, 1), Nothing, Nothing, Verdict.Failed, Reasons.HarmDetected },
        { With(MetricStatistic.MannWhitney), Line(20, 1), Line(20, 1), Nothing, Nothing, Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { With(MetricStatistic.MannWhitney), Line(19, 1), Line(20, 1), Nothing, Nothing, Verdict.Running, Reasons.MinSamplesNotReached },
        { With(MetricStatistic.SequentialMean), Line(40, 2), Line(40, 1), Nothing, Nothing, Verdict.Failed, Reasons.HarmDetected },
        { With(MetricStatistic.SequentialMean), Line(40, 1), Line(40, 1), Nothing, Nothing, Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { With(MetricStatistic.SequentialMean, HarmDirection.Decrease), Line(40, 1), Line(40, 2), Nothing, Nothing, Verdict.Failed, Reasons.HarmDetected },
        { Conversions, Sample.Of(5), Sample.Of(200), Sample.Of(1000), Sample.Of(1000), Verdict.Failed, Reasons.HarmDetected },
        { Conversions, Sample.Of(200), Sample.Of(200), Sample.Of(1000), Sample.Of(1000), Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { Conversions, Sample.Of(0), Sample.Of(2), Sample.Of(10), Sample.Of(10), Verdict.Running, Reasons.MinSamplesNotReached },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public void Conditions_and_statistics_judge_one_look(CanaryMetric metric, Sample canary, Sample stable, Sample canaryTotal, Sample stableTotal, Verdict verdict, string reason)
    {
        var record = CanaryMetricJudge.Judge(metric, new(canary, stable, canaryTotal, stableTotal));
        Assert.Equal((verdict, reason), (record.Verdict, record.Reason));
        Assert.NotEmpty(record.Message);
    }

    [Fact]
    public void The_stable_version_is_asked_only_when_something_needs_it()
    {
        Assert.False(CanaryMetricJudge.NeedsStable(Query));
        Assert.False(CanaryMetricJudge.NeedsStable(Query with { FailureCondition = "result > 1" }));
        Assert.True(CanaryMetricJudge.NeedsStable(Conditioned));
        Assert.True(CanaryMetricJudge.NeedsStable(Quantiles));
    }

    [Fact]
    public void A_later_look_of_ranks_asks_for_more()
    {
        var look = new CanaryLook(Line(20, 1.2), Line(20, 1), Nothing, Nothing);
        Assert.Equal(Verdict.Failed, CanaryMetricJudge.Judge(With(MetricStatistic.MannWhitney), look with { Number = 1 }).Verdict);
        Assert.Equal(Verdict.Running, CanaryMetricJudge.Judge(With(MetricStatistic.MannWhitney), look with { Number = 1000 }).Verdict);
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using ModelOperator.Metrics;
using static ModelOperator.Tests.CanaryDeployments.Canaries;
using HarmDirection = ModelOperator.CanaryDeployments.HarmDirection;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Metrics whose truth comes late, and the types that are made for it.</summary>
public sealed class LateLabelTests : IMetricSource
{
    private const string Server = "namespace=\"shop\",canary=~\"prices|\",version=\"diamonds-2\"";
    private const string Gateway = "namespace=\"shop\",canary=\"prices\",version=\"diamonds-2\"";
    private static readonly CanaryMetric Query = new() { Name = "mine", Type = CanaryMetricType.Query, Query = "x{v=\"{{version}}\"}[{{window}}]", Threshold = new() { Max = "1" } };
    private static readonly CanaryMetric Auc = new() { Name = "auc", Type = CanaryMetricType.Auc, MinSamples = 50 };
    private static readonly CanaryMetric Drift = new() { Name = "drift", Type = CanaryMetricType.PredictionDrift, MinSamples = 50 };
    private static readonly CanaryMetric Throughput = new() { Name = "rate", Type = CanaryMetricType.Throughput, MinSamples = 50, Threshold = new() { Min = "1" } };
    private static readonly CanaryMetric Carbon = new() { Name = "co2e", Type = CanaryMetricType.CarbonPer1000Predictions, MinSamples = 50, Compare = new() };

    private readonly ConcurrentQueue<MetricQuery> asked = new();

    public Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken)
    {
        asked.Enqueue(query);
        return Task.FromResult(Sample.Of(1.0));
    }

    private async Task<MetricQuery[]> LookAsync(CanaryMetric metric, int seconds)
    {
        var canary = Of(
            Spec([Weight(5), Judged(2592000)], metric),
            new() { CanaryVersion = "diamonds-2", StableVersion = "diamonds-1", Weights = new() { Canary = 5, Verified = true }, StepIndex = 1, StepStartedAt = Start });
        asked.Clear();
        await new CanaryMeasurements(this, Options).LookAsync(canary, ImmutableDictionary<string, MetricState>.Empty, Start.AddSeconds(seconds), CancellationToken.None);
        return [.. asked];
    }

    [Theory]
    [InlineData(null, 3604, 3605)]
    [InlineData(600, 4199, 4200)]
    public async Task The_first_look_comes_when_a_whole_window_of_this_step_is_old_enough(int? window, int early, int due)
    {
        var metric = Query with { LabelDelaySeconds = 3600, WindowSeconds = window };
        Assert.Empty(await LookAsync(metric, early));
        var query = Assert.IsType<PrometheusQuery>(Assert.Single(await LookAsync(metric, due)));
        Assert.Equal((Start.AddSeconds(due - 3600), $"x{{v=\"diamonds-2\"}}[{window ?? 5}s]"), (query.At, query.Query));
        Assert.Single(await LookAsync(metric with { InitialDelaySeconds = 5000 }, 5000));
        Assert.Empty(await LookAsync(metric with { InitialDelaySeconds = 5000 }, 4999));
    }

    [Fact]
    public async Task Both_versions_are_asked_about_the_same_late_window()
    {
        var queries = (await LookAsync(Query with { LabelDelaySeconds = 3600, Compare = new() }, 4000)).Cast<PrometheusQuery>().ToArray();
        Assert.Equal(["x{v=\"diamonds-1\"}[400s]", "x{v=\"diamonds-2\"}[400s]"], queries.Select(q => q.Query).Order(StringComparer.Ordinal));
        Assert.All(queries, q => Assert.Equal(Start.AddSeconds(400), q.At));
    }

    [Fact]
    public async Task A_range_ends_where_the_late_window_ends_and_without_late_labels_the_time_is_prometheus_own()
    {
        var range = Assert.IsType<PrometheusQuery>(Assert.Single(await LookAsync(Query with { LabelDelaySeconds = 3600, WindowSeconds = 300, RangeStepSeconds = 60 }, 4000)));
        Assert.Equal((Start.AddSeconds(400), 300), (range.At, range.Range!.Value.TotalSeconds));
        Assert.Null(Assert.IsType<PrometheusQuery>(Assert.Single(await LookAsync(Query, 4000))).At);
    }

    [Theory]
    [InlineData(CanaryMetricType.Rmse)]
    [InlineData(CanaryMetricType.Auc)]
    public async Task Truth_is_counted_when_it_comes_so_its_window_is_as_long_and_ends_now(CanaryMetricType type)
    {
        var queries = (await LookAsync(new() { Name = "late", Type = type, LabelDelaySeconds = 3600 }, 4000)).Cast<PrometheusQuery>().ToArray();
        Assert.Equal(4, queries.Length);
        Assert.All(queries, q => Assert.Null(q.At));
        Assert.All(queries, q => Assert.Contains("[400s]", q.Query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_histogram_of_ones_own_is_asked_what_it_says_of_the_window()
    {
        var queries = (await LookAsync(Auc with { LabelDelaySeconds = 3600, Query = "h{v=\"{{version}}\",l=\"{{label}}\"}[{{window}}]" }, 4000)).Cast<PrometheusQuery>().ToArray();
        Assert.Equal(
            ["h{v=\"diamonds-1\",l=\"0\"}[400s]", "h{v=\"diamonds-1\",l=\"1\"}[400s]", "h{v=\"diamonds-2\",l=\"0\"}[400s]", "h{v=\"diamonds-2\",l=\"1\"}[400s]"],
            queries.Select(q => q.Query).Order(StringComparer.Ordinal));
        Assert.All(queries, q => Assert.Equal(Start.AddSeconds(400), q.At));
    }

    [Fact]
    public async Task The_step_waits_for_the_labels_and_a_worse_model_is_rolled_back_then()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(5), Judged(600)], Canaries.Rmse with { LabelDelaySeconds = 120, WindowSeconds = 60 }));
        world.Rmse["diamonds-2"] = 30;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepAnalysis);
        await world.PassAsync(170);
        Assert.Equal((CanaryReasons.StepAnalysis, "Pending"), (world.Status.Reason, Assert.Single(world.Status.Analysis!.Metrics!).Verdict));
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 30);
        Assert.Equal(Reasons.WorseThanStable, world.Status.LastDecision!.Reason);
    }

    [Fact]
    public async Task Labels_that_never_come_are_inconclusive_at_the_steps_end()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(5), Judged(300)], Canaries.Rmse with { LabelDelaySeconds = 120, MinSamples = 1_000_000 }));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.InconclusiveAnalysis);
        Assert.Equal("diamonds-1", world.Status.StableVersion);
    }

    [Fact]
    public void The_queries_are_these()
    {
        CanaryQueries Of(CanaryMetric metric) => CanaryQueries.Of(metric, "shop", "prices", "diamonds-2", TimeSpan.FromSeconds(90));
        Assert.Equal(
            new($"sum by (le) (increase(modelop_feedback_score_bucket{{{Server},label=\"1\"}}[90s]))", $"sum by (le) (increase(modelop_feedback_score_bucket{{{Server},label=\"0\"}}[90s]))"), Of(Auc));
        Assert.Equal(new($"sum by (le) (increase(modelop_prediction_value_bucket{{{Server}}}[90s]))", null), Of(Drift));
        Assert.Equal(
            new($"sum(rate(modelop_gateway_requests_total{{{Gateway},code!~\"5..\"}}[90s]))", $"sum(increase(modelop_gateway_requests_total{{{Gateway}}}[90s]))"), Of(Throughput));
        Assert.Equal(
            new($"max(modelop_serving_co2e_grams_per_thousand_predictions{{{Gateway}}})", $"sum(increase(modelop_gateway_requests_total{{{Gateway},code=~\"2..\"}}[90s]))"), Of(Carbon));
        Assert.Equal(new("g diamonds-2 90s", "n"), Of(Carbon with { Query = "g {{version}} {{window}}", SamplesQuery = "n" }));
        Assert.Equal(new("d diamonds-2", null), Of(Drift with { Query = "d {{version}}" }));
    }

    private static Sample Histogram(params double[] counts)
    {
        var buckets = counts.Select((_, i) => new HistogramBucket(i == counts.Length - 1 ? double.PositiveInfinity : i, counts.Take(i + 1).Sum())).ToImmutableArray();
        return Sample.Of(buckets.Select(b => b.Count).ToArray()) with { Buckets = buckets };
    }

    private static readonly Sample Low = Histogram(300, 400, 200, 100);
    private static readonly Sample High = Histogram(100, 200, 400, 300);

    public static TheoryData<CanaryMetric, Sample, Sample, Sample, Sample, Verdict, string> Looks() => new()
    {
        { Auc, High, High, Low, Low, Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { Auc, Low, High, High, Low, Verdict.Failed, Reasons.HarmDetected },
        { Auc with { MinSamples = 2001 }, High, High, Low, Low, Verdict.Running, Reasons.MinSamplesNotReached },
        { Auc with { Threshold = new() { Min = "0.9" } }, High, High, Low, Low, Verdict.Failed, Reasons.BelowMinimum },
        { Auc with { SuccessCondition = "result > stable - 0.1" }, High, High, Low, Low, Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { Auc with { Compare = new() { Statistic = MetricStatistic.Relative } }, Low, High, High, Low, Verdict.Failed, Reasons.WorseThanStable },
        { Auc, Sample.Empty, High, Low, Low, Verdict.NoData, Reasons.EmptyResult },
        { Auc, High, Sample.Failure("down"), Low, Low, Verdict.Error, Reasons.OfBaseline(Reasons.QueryFailed) },
        { Drift, Low, Low, Sample.Empty, Sample.Empty, Verdict.Successful, Reasons.WithinTolerance },
        { Drift, High, Low, Sample.Empty, Sample.Empty, Verdict.Failed, Reasons.PredictionsDrifted },
        { Drift with { Compare = new() { Tolerance = "2" } }, High, Low, Sample.Empty, Sample.Empty, Verdict.Successful, Reasons.WithinTolerance },
        { Drift with { FailureCondition = "result > 0.1", Compare = new() { Tolerance = "2" } }, High, Low, Sample.Empty, Sample.Empty, Verdict.Failed, Reasons.FailureConditionMet },
        { Throughput, Sample.Of(0.5), Sample.Empty, Sample.Of(99), Sample.Empty, Verdict.Failed, Reasons.BelowMinimum },
        { Throughput, Sample.Of(0.5), Sample.Empty, Sample.Of(9), Sample.Empty, Verdict.Running, Reasons.MinSamplesNotReached },
        { Carbon, Sample.Of(1.2), Sample.Of(1), Sample.Of(99), Sample.Of(99), Verdict.Failed, Reasons.WorseThanStable },
        { Carbon, Sample.Of(1.2), Sample.Of(1), Sample.Of(9), Sample.Of(99), Verdict.Running, Reasons.MinSamplesNotReached },
        { Carbon, Sample.Empty, Sample.Of(1), Sample.Of(99), Sample.Of(99), Verdict.NoData, Reasons.EmptyResult },
        { Carbon with { Query = "mine" }, Sample.Of(1.2), Sample.Of(1), Sample.Empty, Sample.Empty, Verdict.Failed, Reasons.WorseThanStable },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public void One_look_is_judged(CanaryMetric metric, Sample canary, Sample stable, Sample canaryTotal, Sample stableTotal, Verdict verdict, string reason)
    {
        var record = CanaryMetricJudge.Judge(metric, new(canary, stable, canaryTotal, stableTotal));
        Assert.Equal((verdict, reason), (record.Verdict, record.Reason));
    }

    private static CanaryDeploymentSpec One(CanaryMetric metric) => Spec(null, metric);

    public static TheoryData<string, CanaryDeploymentSpec> Wrong() => new()
    {
        { "spec.analysis.metrics[0].labelDelaySeconds: type ErrorRate waits for no labels; allowed with: Query, Web, Job, Rmse, Auc", One(Errors with { LabelDelaySeconds = 60 }) },
        { "spec.analysis.metrics[0].labelDelaySeconds: 0 is not between 1 and 2592000 seconds", One(Canaries.Rmse with { LabelDelaySeconds = 0 }) },
        { "spec.analysis.metrics[0].maxDurationSeconds: 100 is not above 160, when labelDelaySeconds 100 allows the first look", One(Canaries.Rmse with { LabelDelaySeconds = 100, WindowSeconds = 60, MaxDurationSeconds = 100 }) },
        { "spec.strategy.steps[1].analysis.maxDurationSeconds: 600 is not above 3605, when labelDelaySeconds 3600 of metric rmse allows the first look", Spec([Weight(5), Judged(600)], Canaries.Rmse with { LabelDelaySeconds = 3600 }) },
        { "spec.analysis.metrics[0].query: has no {{label}}; type Auc needs a histogram of scores by le for label 0 and one for label 1", One(Auc with { Query = "h{v=\"{{version}}\"}" }) },
        { "spec.analysis.metrics[0].query: compared with the stable version but has no {{version}}", One(Auc with { Query = "h{l=\"{{label}}\"}" }) },
        { "spec.analysis.metrics[0].query: compared with the stable version but has no {{version}}", One(Drift with { Query = "h" }) },
        { "spec.analysis.metrics[0].query: column 3: unknown placeholder {{label}}; allowed: {{version}}, {{canary}}, {{namespace}}, {{window}}.", One(Query with { Query = "h {{label}}" }) },
        { "spec.analysis.metrics[0].query: must be a PromQL query, or absent", One(Carbon with { Compare = null, Threshold = new() { Max = "1" }, Query = " " }) },
        { "spec.analysis.metrics[0].compare.statistic: MannWhitney does not fit type Auc; allowed: DeLong, Relative", One(Auc with { Compare = new() { Statistic = MetricStatistic.MannWhitney } }) },
        { "spec.analysis.metrics[0].compare.statistic: Relative does not fit type PredictionDrift; allowed: PopulationStability", One(Drift with { Compare = new() { Statistic = MetricStatistic.Relative } }) },
        { "spec.analysis.metrics[0].compare.harm: Decrease does not fit statistic PopulationStability; allowed: Increase", One(Drift with { Compare = new() { Harm = HarmDirection.Decrease } }) },
        { "spec.analysis.metrics[0].compare.statistic: DeLong does not fit type Query; allowed: Relative,", One(Query with { Compare = new() { Statistic = MetricStatistic.DeLong } }) },
        { "spec.analysis.metrics[0].compare: type Throughput is not compared, for the weights decide how much each version answers; allowed: threshold,", One(Throughput with { Compare = new() }) },
        { "spec.analysis.metrics[0]: type Throughput needs at least one of threshold, compare, successCondition, failureCondition", One(Throughput with { Threshold = null }) },
        { "spec.analysis.metrics[0]: type CarbonPer1000Predictions needs at least one of", One(Carbon with { Compare = null }) },
        { "spec.analysis.metrics[0].samplesQuery: only type Query takes one; type CarbonPer1000Predictions counts its own", One(Carbon with { SamplesQuery = "n{{version}}" }) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_metric_is_refused_with_field_value_and_what_is_allowed(string words, CanaryDeploymentSpec spec) =>
        Assert.Contains(words, Assert.Single(CanaryValidation.Problems(Of(spec))), StringComparison.Ordinal);

    [Fact]
    public void Sound_metrics_pass() => Assert.Empty(CanaryValidation.Problems(Of(Spec(
        [Weight(5), Judged(200_000)],
        Auc with { LabelDelaySeconds = 86400, Threshold = new() { Min = "0.7" } }, Drift, Throughput, Carbon, Canaries.Rmse with { LabelDelaySeconds = 86400, WindowSeconds = 3600 },
        Query with { Name = "backfilled", LabelDelaySeconds = 86400, Query = "sum(x{v=\"{{version}}\"}[{{window}}])", Compare = new() }))));
}

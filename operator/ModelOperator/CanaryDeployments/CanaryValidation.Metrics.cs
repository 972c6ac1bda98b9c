using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>Rules about conditions, statistics and limits of metrics.</summary>
public static partial class CanaryValidation
{
    private static void Judging(string path, CanaryMetric metric, List<string> problems)
    {
        Condition(path, "successCondition", metric, metric.SuccessCondition, problems);
        Condition(path, "failureCondition", metric, metric.FailureCondition, problems);
        Samples(path, metric, problems);
        if (metric.Compare is { } compare)
            Statistic(path, metric, compare, problems);
        Limits(path, metric, problems);
        Provider(path, metric, problems);
        OtherProviders(path, metric, problems);
        Scope(path, metric, problems);
    }

    private static void Condition(string path, string field, CanaryMetric metric, string? text, List<string> problems)
    {
        if (text is null)
            return;
        if (!Analysis.Condition.TryParse(text, out var condition, out var error))
            problems.Add($"{path}.{field}: \"{CanaryText.Cut(text, 128)}\": {error}");
        else if (condition.UsesStable && metric is { Type: not CanaryMetricType.Auc and not CanaryMetricType.PredictionDrift, Query: { } query } && !HasVersion(query))
            problems.Add($"{path}.{field}: asks for stable, but query has no {{{{version}}}}: both versions would give the same number.");
    }

    private static void Samples(string path, CanaryMetric metric, List<string> problems)
    {
        if (metric.SamplesQuery is not { } query)
            return;
        if (metric.Type != CanaryMetricType.Query && metric is not { Type: CanaryMetricType.CarbonPer1000Predictions, Query: not null })
            problems.Add($"{path}.samplesQuery: only type Query takes one; type {metric.Type} counts its own.");
        else if (string.IsNullOrWhiteSpace(query))
            problems.Add($"{path}.samplesQuery: must be a PromQL query, or absent.");
        else
            PromQl($"{path}.samplesQuery", query, CanaryTemplate.PromQl, problems);
        if (metric is { Type: CanaryMetricType.Query or CanaryMetricType.CarbonPer1000Predictions, Compare: not null } && !HasVersion(query))
            problems.Add($"{path}.samplesQuery: compared with the stable version but has no {{{{version}}}}: both versions would give the same number.");
    }

    private static void Statistic(string path, CanaryMetric metric, MetricComparison compare, List<string> problems)
    {
        var statistic = CanaryDefaults.Statistic(metric);
        MetricStatistic[] allowed = metric.Type switch
        {
            CanaryMetricType.ErrorRate => [MetricStatistic.SequentialBinomial],
            CanaryMetricType.Latency => [MetricStatistic.Relative, MetricStatistic.SequentialQuantile],
            CanaryMetricType.Rmse => [MetricStatistic.Relative],
            CanaryMetricType.Web => [MetricStatistic.Relative, MetricStatistic.MannWhitney],
            CanaryMetricType.CarbonPer1000Predictions => [MetricStatistic.Relative],
            CanaryMetricType.Auc => [MetricStatistic.DeLong, MetricStatistic.Relative],
            CanaryMetricType.PredictionDrift => [MetricStatistic.PopulationStability],
            CanaryMetricType.Job or CanaryMetricType.Throughput => [],
            _ => [.. Enum.GetValues<MetricStatistic>().Except([MetricStatistic.DeLong, MetricStatistic.PopulationStability])],
        };
        if (metric.Type == CanaryMetricType.Throughput)
            problems.Add($"{path}.compare: type Throughput is not compared, for the weights decide how much each version answers; allowed: threshold, successCondition, failureCondition.");
        if (allowed.Length == 0)
            return;
        if (!allowed.Contains(statistic))
            problems.Add($"{path}.compare.statistic: {statistic} does not fit type {metric.Type}; allowed: {string.Join(", ", allowed)}.");
        else if (statistic == MetricStatistic.SequentialBinomial && metric is { Type: CanaryMetricType.Query, SamplesQuery: null })
            problems.Add($"{path}.samplesQuery: statistic SequentialBinomial needs it; query counts the events and samplesQuery the trials.");
        else if (statistic is MetricStatistic.SequentialQuantile or MetricStatistic.PopulationStability && compare.Harm == HarmDirection.Decrease)
            problems.Add($"{path}.compare.harm: Decrease does not fit statistic {statistic}; allowed: Increase.");
        else if (metric.Type == CanaryMetricType.Query || statistic == MetricStatistic.SequentialQuantile)
            SinceTheStepBegan(path, metric, statistic, problems);
        if (compare.Range is not { } range)
            return;
        if (statistic != MetricStatistic.SequentialMean)
            problems.Add($"{path}.compare.range: only statistic SequentialMean takes a range, not {statistic}.");
        else if (!(DecimalText.Parse(range.Min) < DecimalText.Parse(range.Max)))
            problems.Add($"{path}.compare.range: needs min below max, not \"{range.Min}\" and \"{range.Max}\".");
    }

    /// <summary>A test that may be looked at at any time counts everything since the step began: over a window that slides along its promise does not hold.</summary>
    private static void SinceTheStepBegan(string path, CanaryMetric metric, MetricStatistic statistic, List<string> problems)
    {
        if (statistic is not (MetricStatistic.SequentialBinomial or MetricStatistic.SequentialQuantile or MetricStatistic.SequentialMean))
            return;
        if (metric.WindowSeconds is { } seconds)
            problems.Add(Text($"{path}.windowSeconds: {seconds} does not fit statistic {statistic}, which needs all data since the step began; leave it out."));
        foreach (var (field, query) in new[] { ("query", metric.Query), ("samplesQuery", metric.SamplesQuery) })
            if (query is not null && metric.RangeStepSeconds is null && !query.Contains("{{window}}", StringComparison.Ordinal))
                problems.Add($"{path}.{field}: has no {{{{window}}}}, the time since the step began; statistic {statistic} needs all data since then.");
    }

    private static void Limits(string path, CanaryMetric metric, List<string> problems)
    {
        foreach (var (field, value, least) in new[]
        {
            ("failureLimit", metric.FailureLimit, -1), ("inconclusiveLimit", metric.InconclusiveLimit, -1), ("consecutiveErrorLimit", metric.ConsecutiveErrorLimit, -1),
            ("noDataLimit", metric.NoDataLimit, -1), ("consecutiveSuccessLimit", metric.ConsecutiveSuccessLimit, 0), ("count", metric.Count, 0),
        })
            if (value < least)
                problems.Add(Text($"{path}.{field}: {value} is below {least}."));
        if (metric is { FailureLimit: -1, Count: 0, ConsecutiveSuccessLimit: 0 })
            problems.Add($"{path}.failureLimit: -1 (any number) needs count or consecutiveSuccessLimit; one lucky measurement would be a pass.");
        if (metric.Count > 0 && metric.Count < Math.Max(0, metric.FailureLimit) + metric.ConsecutiveSuccessLimit)
            problems.Add(Text($"{path}.count: {metric.Count} is below failureLimit {metric.FailureLimit} plus consecutiveSuccessLimit {metric.ConsecutiveSuccessLimit}; they could not be reached."));
        if (metric.Count > 0 && metric.Count < metric.InconclusiveLimit)
            problems.Add(Text($"{path}.count: {metric.Count} is below inconclusiveLimit {metric.InconclusiveLimit}; it could not be reached."));
        if (metric.MaxDurationSeconds <= (metric.InitialDelaySeconds ?? 0))
            problems.Add(Text($"{path}.maxDurationSeconds: {metric.MaxDurationSeconds} is not above initialDelaySeconds {metric.InitialDelaySeconds ?? 0}; there would be no measurement."));
    }

    private static bool HasVersion(string query) => query.Contains("{{version}}", StringComparison.Ordinal);
}

using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>PromQL of one metric for one version. Counts run over the segment, so a missed look loses nothing.</summary>
/// <param name="Value">Query of the value (for an error rate: of the errors).</param>
/// <param name="Total">Query of the observations behind it; null for a query of one's own.</param>
public sealed record CanaryQueries(string Value, string? Total)
{
    /// <summary>Builds the queries.</summary>
    /// <param name="metric">Metric.</param>
    /// <param name="space">Namespace.</param>
    /// <param name="canary">Name of the CanaryDeployment.</param>
    /// <param name="version">Version to ask about.</param>
    /// <param name="segment">Time since the segment began.</param>
    /// <param name="copies">True for a version that gets nothing but copies of requests; its copies are asked about, not requests.</param>
    public static CanaryQueries Of(CanaryMetric metric, string space, string canary, string version, TimeSpan segment, bool copies = false)
    {
        var window = Window(metric, segment).TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s";
        var gateway = $"namespace=\"{space}\",canary=\"{canary}\",version=\"{version}\"";
        var server = Servers(space, canary, version);
        var series = copies ? "modelop_gateway_mirror_request" : "modelop_gateway_request";
        var requests = $"sum(increase({series}s_total{{{gateway}}}[{window}]))";
        var durations = $"sum by (le) (increase({series}_duration_seconds_bucket{{{gateway}}}[{window}]))";
        return metric.Type switch
        {
            // "or vector(0)" only where requests were counted: no series of 5xx is zero errors, no series at all is no data.
            CanaryMetricType.ErrorRate => new(
                $"sum(increase({series}s_total{{{gateway},code=~\"5..\"}}[{window}])) or ({requests} * 0)", requests),
            CanaryMetricType.Latency when CanaryDefaults.Statistic(metric) == MetricStatistic.SequentialQuantile => new(durations, requests),
            CanaryMetricType.Latency => new($"histogram_quantile({CanaryDefaults.Quantile(metric)}, {durations})", requests),
            CanaryMetricType.Rmse => new(
                $"sqrt(sum(increase(modelop_feedback_squared_error_sum{{{server}}}[{window}])) / sum(increase(modelop_feedback_total{{{server}}}[{window}])))",
                $"sum(increase(modelop_feedback_total{{{server}}}[{window}]))"),
            CanaryMetricType.Auc => new(
                Fill(metric.Query ?? Scores(server), space, canary, version, window).Replace("{{label}}", "1", StringComparison.Ordinal),
                Fill(metric.Query ?? Scores(server), space, canary, version, window).Replace("{{label}}", "0", StringComparison.Ordinal)),
            CanaryMetricType.PredictionDrift => new(
                metric.Query is { } own ? Fill(own, space, canary, version, window) : $"sum by (le) (increase(modelop_prediction_value_bucket{{{server}}}[{window}]))", null),
            CanaryMetricType.Throughput => new($"sum(rate(modelop_gateway_requests_total{{{gateway},code!~\"5..\"}}[{window}]))", requests),
            CanaryMetricType.CarbonPer1000Predictions when metric.Query is null => new(
                $"max(modelop_serving_co2e_grams_per_thousand_predictions{{{gateway}}})", $"sum(increase(modelop_gateway_requests_total{{{gateway},code=~\"2..\"}}[{window}]))"),
            _ => new(
                Fill(metric.Query ?? "", space, canary, version, window),
                metric.SamplesQuery is { } samples ? Fill(samples, space, canary, version, window) : null),
        };
    }

    /// <summary>Length of the window that a look looks back on.</summary>
    /// <param name="metric">Metric.</param>
    /// <param name="segment">Time since the segment began.</param>
    public static TimeSpan Window(CanaryMetric metric, TimeSpan segment) =>
        TimeSpan.FromSeconds(metric.WindowSeconds ?? Math.Max(CanaryWindow.Least, (long)Math.Ceiling(segment.TotalSeconds)));

    /// <summary>Labels of the series of a version's model servers. Another CanaryDeployment's Pods may serve the version too; servers that do not know whose they are have no such label.</summary>
    /// <param name="space">Namespace.</param>
    /// <param name="canary">Name of the CanaryDeployment.</param>
    /// <param name="version">Version.</param>
    public static string Servers(string space, string canary, string version) => $"namespace=\"{space}\",canary=~\"{canary}|\",version=\"{version}\"";

    private static string Scores(string server) => $"sum by (le) (increase(modelop_feedback_score_bucket{{{server},label=\"{{{{label}}}}\"}}[{{{{window}}}}]))";

    private static string Fill(string template, string space, string canary, string version, string window) => template
        .Replace("{{version}}", version, StringComparison.Ordinal)
        .Replace("{{canary}}", canary, StringComparison.Ordinal)
        .Replace("{{namespace}}", space, StringComparison.Ordinal)
        .Replace("{{window}}", window, StringComparison.Ordinal);
}

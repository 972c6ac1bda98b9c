namespace ModelOperator.Analysis;

/// <summary>The verdict of a whole analysis and the metric that decided it.</summary>
/// <param name="Verdict">Worst verdict of the metrics that count, by <see cref="Verdicts.Severity"/>.</param>
/// <param name="Metric">Name of the deciding metric; null when none decided.</param>
/// <param name="Reason">Reason of the deciding metric, or NoMetrics, DryRunOnly, AllMetricsSuccessful.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record AnalysisOutcome(Verdict Verdict, string? Metric, string Reason, string Message)
{
    /// <summary>
    /// The worst verdict of the metrics that are no dry run; the order of the metrics has no influence (equally bad ones: the first by name speaks).
    /// An analysis without a metric that counts is Inconclusive: a promotion needs evidence.
    /// </summary>
    public static AnalysisOutcome Of(IEnumerable<MetricOutcome> metrics)
    {
        MetricOutcome? worst = null;
        var any = false;
        foreach (var metric in metrics)
        {
            any = true;
            if (!metric.DryRun && (worst is null || IsWorse(metric, worst)))
                worst = metric;
        }

        if (worst is null)
            return any
                ? new(Verdict.Inconclusive, null, Reasons.DryRunOnly, "Every metric is a dry run: nothing was judged.")
                : new(Verdict.Inconclusive, null, Reasons.NoMetrics, "The analysis names no metric: nothing was judged.");
        return worst.Verdict == Verdict.Successful
            ? new(Verdict.Successful, null, Reasons.AllMetricsSuccessful, "Every metric succeeded.")
            : new(worst.Verdict, worst.Name, worst.Reason, $"{worst.Name}: {worst.Message}");
    }

    private static bool IsWorse(MetricOutcome left, MetricOutcome right) => left.Verdict.Severity().CompareTo(right.Verdict.Severity()) switch
    {
        0 => string.CompareOrdinal(left.Name, right.Name) < 0,
        var difference => difference > 0,
    };
}

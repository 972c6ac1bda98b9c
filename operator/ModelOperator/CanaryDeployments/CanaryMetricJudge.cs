using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>Judges one look at one metric. Pure: samples in, record out.</summary>
public static class CanaryMetricJudge
{
    /// <summary>
    /// Judges. With both a threshold and a comparison the worse verdict counts, so that one can never hide the other.
    /// </summary>
    public static DecisionRecord Judge(CanaryMetric metric, CanaryLook look)
    {
        if (metric.Type == CanaryMetricType.ErrorRate)
            return Worse(Compared(metric, look), Threshold(metric, look));
        var compared = metric.Compare is null && metric.Type != CanaryMetricType.Rmse ? null : Compared(metric, look);
        return Worse(compared, Threshold(metric, look));
    }

    private static DecisionRecord? Compared(CanaryMetric metric, CanaryLook look)
    {
        var compare = metric.Compare ?? new MetricComparison();
        var tolerance = CanaryNumbers.Parse(compare.Tolerance) ?? double.NaN;
        var harm = compare.Harm == HarmDirection.Decrease ? Analysis.HarmDirection.Decrease : Analysis.HarmDirection.Increase;
        if (metric.Type != CanaryMetricType.ErrorRate)
            // A query of one's own has no count beside it; its MinSamples cannot be checked.
            return new RelativeComparison(harm, tolerance, metric.Type == CanaryMetricType.Query ? 0 : metric.MinSamples).Judge(look.Canary, look.Stable, look.CanarySamples, look.StableSamples);
        if (Unusable(look) is { } problem)
            return problem;
        var test = new SequentialBinomial(CanaryNumbers.Parse(compare.Alpha) ?? double.NaN, tolerance, metric.MinSamples, harm);
        return test.Judge(new(look.CanaryTotal.Value, look.Canary.Value), new(look.StableTotal.Value, look.Stable.Value));
    }

    /// <summary>Counters that are absent are not zero errors.</summary>
    private static DecisionRecord? Unusable(CanaryLook look)
    {
        foreach (var (sample, what, baseline) in new[]
        {
            (look.CanaryTotal, "No request count of the canary", false), (look.Canary, "No error count of the canary", false),
            (look.StableTotal, "No request count of the stable version", true), (look.Stable, "No error count of the stable version", true),
        })
            if (!sample.IsNumber)
                return DecisionRecord.Unusable(sample, what, baseline);
        return null;
    }

    private static DecisionRecord? Threshold(CanaryMetric metric, CanaryLook look)
    {
        if (metric.Threshold is not { } threshold)
            return null;
        var value = metric.Type == CanaryMetricType.ErrorRate && look.Canary.IsNumber && look.CanaryTotal.IsNumber && look.CanaryTotal.Value > 0
            ? Sample.Of(look.Canary.Value / look.CanaryTotal.Value)
            : look.Canary;
        var record = new ThresholdRange(CanaryNumbers.Parse(threshold.Min), CanaryNumbers.Parse(threshold.Max)).Judge(value);
        return record.Verdict is Verdict.Successful or Verdict.Failed && look.CanarySamples < metric.MinSamples && metric.Type != CanaryMetricType.Query
            ? record with { Verdict = Verdict.Running, Reason = Reasons.MinSamplesNotReached, CanarySamples = look.CanarySamples, Message = $"Waiting for samples: canary n={look.CanarySamples} of {metric.MinSamples}." }
            : record with { CanarySamples = look.CanarySamples };
    }

    private static DecisionRecord Worse(DecisionRecord? left, DecisionRecord? right) => (left, right) switch
    {
        (null, null) => new(Verdict.Error, Reasons.InvalidRange, "The metric has neither a threshold nor a comparison."),
        (null, { } r) => r,
        ({ } l, null) => l,
        ({ } l, { } r) => r.Verdict.Severity() > l.Verdict.Severity() ? r : l,
    };
}

using ModelOperator.Api;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>Judges one look at one metric. Pure: samples in, record out.</summary>
public static class CanaryMetricJudge
{
    /// <summary>
    /// Judges. Of a comparison, a threshold and conditions the worst verdict counts, so that none can hide another; of equals the first.
    /// </summary>
    public static DecisionRecord Judge(CanaryMetric metric, CanaryLook look)
    {
        if (metric.SamplesQuery is not null && look.CanaryTotal.Unusable() is { Verdict: not Verdict.NoData })
            return DecisionRecord.Unusable(look.CanaryTotal, "No count of samples", baseline: false);
        var numbers = CanaryHistograms.Numbers(metric, look);
        var compared = IsCompared(metric) ? Compared(metric, look, numbers) : null;
        return Worse(Worse(compared, Threshold(metric, numbers)), Conditions(metric, numbers))
            ?? new(Verdict.Error, Reasons.InvalidRange, "The metric has neither a threshold nor a comparison nor a condition.");
    }

    /// <summary>True when the stable version is asked too.</summary>
    public static bool NeedsStable(CanaryMetric metric) => IsCompared(metric) || ConditionsOf(metric) is { UsesStable: true };

    private static bool IsCompared(CanaryMetric metric) => metric.Compare is not null
        || metric.Type is CanaryMetricType.ErrorRate or CanaryMetricType.Rmse or CanaryMetricType.Auc or CanaryMetricType.PredictionDrift;

    private static DecisionRecord Compared(CanaryMetric metric, CanaryLook look, CanaryLook numbers)
    {
        var compare = CanaryDefaults.Compare(metric);
        var tolerance = DecimalText.Parse(compare.Tolerance) ?? double.NaN;
        var alpha = DecimalText.Parse(compare.Alpha) ?? double.NaN;
        var harm = compare.Harm == HarmDirection.Decrease || metric.Type == CanaryMetricType.Auc ? Analysis.HarmDirection.Decrease : Analysis.HarmDirection.Increase;
        switch (CanaryDefaults.Statistic(metric))
        {
            case MetricStatistic.SequentialBinomial:
                // Counts of the same arms at the same time may be looked at at any time; beside counts that stand still each look has its own share of alpha (Boole).
                var share = look.IsBaselinePast ? alpha / look.Number / (look.Number + 1) : alpha;
                var test = new SequentialBinomial(share, tolerance, metric.MinSamples, harm);
                return Unusable(look) ?? test.Judge(new(look.CanaryTotal.Value, look.Canary.Value), new BinomialArm(look.StableTotal.Value, look.Stable.Value));
            case MetricStatistic.SequentialQuantile:
                return Quantile(metric, alpha, tolerance).Judge(look.Canary, look.Stable);
            case MetricStatistic.SequentialMean:
                var range = compare.Range is { } ends ? new ThresholdRange(DecimalText.Parse(ends.Min), DecimalText.Parse(ends.Max)) : null;
                return new SequentialMean(harm, alpha, tolerance, metric.MinSamples) { Range = range }.Judge(look.Canary, look.Stable);
            case MetricStatistic.MannWhitney:
                return new RankComparison(harm, alpha, tolerance, metric.MinSamples).Judge(look.Canary, look.Stable, look.Number);
            case MetricStatistic.DeLong:
                return new AucComparison(alpha, tolerance, metric.MinSamples).Judge(CanaryHistograms.Scores(look, canary: true), CanaryHistograms.Scores(look, canary: false), look.Number);
            case MetricStatistic.PopulationStability:
                return new PopulationStability(alpha, tolerance, metric.MinSamples).Judge(look.Canary, look.Stable, look.Number);
            default:
                // A query of one's own without a count beside it has no samples to wait for.
                return new RelativeComparison(harm, tolerance, CanaryDefaults.CountsSamples(metric) ? metric.MinSamples : 0).Judge(numbers.Canary, numbers.Stable, numbers.CanarySamples, numbers.StableSamples);
        }
    }

    private static SequentialQuantile Quantile(CanaryMetric metric, double alpha, double tolerance) =>
        new(DecimalText.Parse(CanaryDefaults.Quantile(metric)) ?? double.NaN, alpha, tolerance, metric.MinSamples);

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

    private static DecisionRecord? Threshold(CanaryMetric metric, CanaryLook look) => metric.Threshold is not { } threshold
        ? null
        : WithSamples(metric, look, new ThresholdRange(DecimalText.Parse(threshold.Min), DecimalText.Parse(threshold.Max)).Judge(Value(metric, look.Canary, look.CanaryTotal)));

    private static DecisionRecord? Conditions(CanaryMetric metric, CanaryLook look)
    {
        if (metric.SuccessCondition is null && metric.FailureCondition is null)
            return null;
        return ConditionsOf(metric) is { } pair
            ? WithSamples(metric, look, pair.Judge(Value(metric, look.Canary, look.CanaryTotal), Value(metric, look.Stable, look.StableTotal)))
            : new(Verdict.Error, Reasons.InvalidCondition, "A condition cannot be read.");
    }

    /// <summary>Both conditions; null when there is none or one cannot be read.</summary>
    private static ConditionPair? ConditionsOf(CanaryMetric metric)
    {
        Condition? success = null, failure = null;
        var read = (metric.SuccessCondition is not { } first || Condition.TryParse(first, out success, out _))
            && (metric.FailureCondition is not { } second || Condition.TryParse(second, out failure, out _));
        return read && (success ?? failure) is not null ? new(success, failure) : null;
    }

    /// <summary>What people mean by the metric: a rate rather than two counts, a quantile rather than its histogram.</summary>
    private static Sample Value(CanaryMetric metric, Sample value, Sample total) => CanaryDefaults.Statistic(metric) switch
    {
        MetricStatistic.SequentialBinomial when value.IsNumber && total is { IsNumber: true, Value: > 0 } => Sample.Of(value.Value / total.Value),
        MetricStatistic.SequentialBinomial when value.IsNumber && total.IsNumber => Sample.Of(double.NaN),
        MetricStatistic.SequentialBinomial when value.IsNumber => total,
        MetricStatistic.SequentialQuantile => Quantile(metric, 0.5, 0).ValueOf(value),
        _ => value,
    };

    /// <summary>A value of too few samples says neither good nor bad.</summary>
    private static DecisionRecord WithSamples(CanaryMetric metric, CanaryLook look, DecisionRecord record) =>
        record.Verdict is Verdict.Successful or Verdict.Failed or Verdict.Inconclusive && CanaryDefaults.CountsSamples(metric) && look.CanarySamples < metric.MinSamples
            ? record with { Verdict = Verdict.Running, Reason = Reasons.MinSamplesNotReached, CanarySamples = look.CanarySamples, Message = $"Waiting for samples: canary n={look.CanarySamples} of {metric.MinSamples}." }
            : record with { CanarySamples = CanaryDefaults.CountsSamples(metric) ? look.CanarySamples : record.CanarySamples };

    private static DecisionRecord? Worse(DecisionRecord? left, DecisionRecord? right) => (left, right) switch
    {
        (null, _) => right,
        (_, null) => left,
        _ => right.Verdict.Severity() > left.Verdict.Severity() ? right : left,
    };
}

using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>What histograms come to where one number is wanted, for thresholds and conditions. Pure.</summary>
internal static class CanaryHistograms
{
    /// <summary>The look with the numbers that people mean by the metric.</summary>
    public static CanaryLook Numbers(CanaryMetric metric, CanaryLook look) => metric.Type switch
    {
        CanaryMetricType.Auc => look with
        {
            Canary = Scores(look, canary: true).Area(),
            Stable = Scores(look, canary: false).Area(),
            CanaryTotal = Sample.Of(Scores(look, canary: true).Count),
            StableTotal = Sample.Of(Scores(look, canary: false).Count),
        },
        CanaryMetricType.PredictionDrift => look with
        {
            Canary = PopulationStability.ValueOf(look.Canary, look.Stable),
            CanaryTotal = Count(look.Canary),
            StableTotal = Count(look.Stable),
        },
        _ => look,
    };

    /// <summary>Scores of one version: the value holds those of label 1, the total those of label 0.</summary>
    public static LabelledScores Scores(CanaryLook look, bool canary) => canary ? new(look.Canary, look.CanaryTotal) : new(look.Stable, look.StableTotal);

    private static Sample Count(Sample histogram) => histogram.Buckets.IsEmpty ? histogram : Sample.Of(histogram.Buckets.Max(bucket => bucket.Count));
}

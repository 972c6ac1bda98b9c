namespace ModelOperator.Analysis;

/// <summary>Scores of one version as two histograms: of the predictions whose truth was 1, and of those whose truth was 0.</summary>
/// <param name="Positives">Histogram of label 1.</param>
/// <param name="Negatives">Histogram of label 0.</param>
public sealed record LabelledScores(Sample Positives, Sample Negatives)
{
    /// <summary>Predictions whose truth is known; 0 when there is no histogram.</summary>
    public long Count => Samples(Positives) + Samples(Negatives);

    /// <summary>The area under the ROC curve; what is no pair of histograms as it is, and NaN without both labels.</summary>
    public Sample Area() => Unusable(baseline: false) is null
        ? Sample.Of(Curve().Area)
        : Positives.Buckets.IsEmpty ? Positives : Negatives.Buckets.IsEmpty ? Negatives : Sample.Of(double.NaN);

    /// <summary>Why there is no area; null when there is one.</summary>
    internal DecisionRecord? Unusable(bool baseline)
    {
        var of = baseline ? "the stable version's" : "the canary's";
        if ((BucketCounts.Unusable(Positives, $"No histogram of {of} scores with label 1", baseline) ?? BucketCounts.Unusable(Negatives, $"No histogram of {of} scores with label 0", baseline)) is { } wrong)
            return wrong;
        return BucketCounts.Of(Positives.Buckets)!.SameBounds(BucketCounts.Of(Negatives.Buckets)!)
            ? null
            : new(Verdict.Error, baseline ? Reasons.OfBaseline(Reasons.InvalidHistogram) : Reasons.InvalidHistogram, $"The histograms of {of} two labels have different buckets.");
    }

    internal RocArea Curve() => RocArea.Of(BucketCounts.Of(Positives.Buckets)!, BucketCounts.Of(Negatives.Buckets)!);

    private static long Samples(Sample sample) => BucketCounts.Of(sample.Buckets)?.Samples ?? 0;
}

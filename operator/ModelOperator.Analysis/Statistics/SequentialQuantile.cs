using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>
/// Anytime-valid comparison of one quantile of two histograms: "the canary's q-quantile is at most r times the stable one". It claims no more than
/// buckets can say: a quantile is known to lie above or below a bucket's bound, and nothing is interpolated.
/// </summary>
/// <remarks>
/// <para>
/// The quantile lies above a bound b exactly when more than 1 - q of the observations do, which is a binomial claim about the count above b, and so is
/// "at or below b". Each bound has its own e-value (<see cref="BetaMixture"/>). Harm is shown by a pair of bounds, <c>b &gt;= r * b'</c>, with evidence that the
/// canary's quantile lies above b and evidence that the stable one lies at or below b'.
/// </para>
/// <para>
/// No correction for the number of bounds is needed: of the canary's true claims "at or below b" the one with the smallest b gathers the most evidence
/// against itself, because the count above b falls as b grows; likewise for the stable version. A pair whose harm is not true has at least one true claim, so
/// P(the smaller e-value of any such pair ever reaches 2/alpha) is at most alpha/2 + alpha/2. Sequential estimation of quantiles: S. R. Howard, A. Ramdas,
/// "Sequential estimation of quantiles with applications to A/B testing and best-arm identification", Bernoulli 28 (2022).
/// </para>
/// <para>
/// What it cannot see: a change within one bucket, and within a tolerance that no pair of bounds separates. The message names the buckets.
/// It takes requests as independent; a shared incident makes them less so, in both arms alike.
/// </para>
/// </remarks>
/// <param name="Quantile">The quantile, in (0, 1).</param>
/// <param name="Alpha">Greatest probability of a false alarm over all looks of one segment, in (0, 1).</param>
/// <param name="Tolerance">Share by which the canary's quantile may be greater: r = 1 + tolerance. Not negative.</param>
/// <param name="MinSamples">Observations needed in each arm before "no evidence of harm" is a success. Harm is declared at any count.</param>
public sealed record SequentialQuantile(double Quantile, double Alpha, double Tolerance, long MinSamples)
{
    /// <summary>Judges the two answers; an answer without buckets is never a pass.</summary>
    public DecisionRecord Judge(Sample canary, Sample stable)
    {
        if (!(Quantile is > 0 and < 1 && Alpha is > 0 and < 1 && double.IsFinite(Tolerance) && Tolerance >= 0 && MinSamples >= 0))
            return new(Verdict.Error, Reasons.InvalidComparison, "Quantile and alpha must lie in (0, 1), tolerance and minSamples must not be negative.");
        foreach (var (sample, what, baseline) in new[] { (canary, "No histogram of the canary", false), (stable, "No histogram of the stable version", true) })
            if (BucketCounts.NoBuckets(sample, what, baseline) is { } missing)
                return missing;
        var left = BucketCounts.Of(canary.Buckets);
        var right = BucketCounts.Of(stable.Buckets);
        if (left is null || right is null || !left.SameBounds(right))
            return new(Verdict.Error, Reasons.InvalidHistogram, "The histograms need a bucket +Inf, counts from 0 on, and the same buckets for both versions.");
        if (left.Total <= 0)
            return new(Verdict.NoData, Reasons.EmptyResult, "The canary has no observation since the step began.") { CanarySamples = 0, StableSamples = right.Samples };
        return right.Total <= 0
            ? new(Verdict.NoData, Reasons.OfBaseline(Reasons.EmptyResult), "The stable version has no observation since the step began: nothing to compare with.") { CanarySamples = left.Samples, StableSamples = 0 }
            : Decide(left, right);
    }

    /// <summary>The quantile of a histogram by straight lines within buckets, for thresholds and for people; an answer without buckets as it is.</summary>
    public Sample ValueOf(Sample histogram)
    {
        if (histogram.Buckets.IsEmpty)
            return histogram;
        return BucketCounts.Of(histogram.Buckets) switch
        {
            null => Sample.NotReadable("the buckets are no histogram"),
            { Total: <= 0 } => Sample.Of(double.NaN),
            var counts => Sample.Of(counts.Interpolated(Quantile)),
        };
    }

    /// <summary>Natural logarithm of the evidence of harm: half of the greatest, over the pairs of bounds, of the smaller e-value.</summary>
    internal double LogEvidence(BucketCounts canary, BucketCounts stable)
    {
        var above = canary.Bounds.Select((_, i) => BetaMixture.LogEvidence(canary.Above(i), canary.AtMost(i), 1 - Quantile)).ToImmutableArray();
        var below = stable.Bounds.Select((_, i) => BetaMixture.LogEvidence(stable.AtMost(i), stable.Above(i), Quantile)).ToImmutableArray();
        var best = double.NegativeInfinity;
        for (var high = 0; high < above.Length; high++)
            for (var low = 0; low < below.Length; low++)
                if (canary.Bounds[high] >= stable.Bounds[low] + (Tolerance * Math.Abs(stable.Bounds[low])))
                    best = Math.Max(best, Math.Min(above[high], below[low]));
        return best - Math.Log(2);
    }

    private DecisionRecord Decide(BucketCounts canary, BucketCounts stable)
    {
        var logEvidence = LogEvidence(canary, stable);
        var numbers = new DecisionRecord(Verdict.Running, "", "")
        {
            Value = CanonicalNumber.Format(canary.Interpolated(Quantile)),
            Baseline = CanonicalNumber.Format(stable.Interpolated(Quantile)),
            Bound = CanonicalNumber.Format(1 / Alpha),
            Evidence = CanonicalNumber.Format(Math.Exp(Math.Min(logEvidence, 700))),
            CanarySamples = canary.Samples,
            StableSamples = stable.Samples,
        };
        var text = string.Create(CultureInfo.InvariantCulture,
            $"quantile {CanonicalNumber.Format(Quantile)} of the canary in {canary.Bucket(Quantile)}, of stable in {stable.Bucket(Quantile)}, evidence {numbers.Evidence} of {numbers.Bound}");
        if (logEvidence >= -Math.Log(Alpha))
            return numbers with { Verdict = Verdict.Failed, Reason = Reasons.HarmDetected, Message = $"The canary is worse than tolerated: {text}." };
        if (Math.Min(canary.Samples, stable.Samples) < MinSamples)
            return numbers with { Reason = Reasons.MinSamplesNotReached, Message = SampleCounts.Missing(canary.Samples, stable.Samples, MinSamples) };
        return logEvidence >= -Math.Log(Alpha) / 2
            ? numbers with { Reason = Reasons.EvidenceLeansToHarm, Message = $"Not decided, leaning to harm: {text}." }
            : numbers with { Verdict = Verdict.Successful, Reason = Reasons.NoEvidenceOfHarm, Message = $"No evidence of harm: {text}." };
    }
}

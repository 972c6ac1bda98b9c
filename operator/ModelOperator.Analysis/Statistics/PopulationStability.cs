using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>
/// Whether the canary's predictions are distributed as the stable version's: the population stability index of two histograms, sum of (p - q) ln(p / q), which
/// is the symmetric divergence of S. Kullback, R. A. Leibler, "On information and sufficiency", Ann. Math. Statist. 22 (1951). Below 0.1 is little, above 0.25
/// much (N. Siddiqi, "Credit Risk Scorecards", 2006).
/// </summary>
/// <remarks>
/// The index of two samples of one distribution is not 0: it is (1/n + 1/m) chi-square with one degree of freedom less than buckets (B. Yurdakul, J. Naranjo,
/// "Statistical properties of the population stability index", J. Risk Model Valid. 14 (2020)). Harm needs an index above the tolerance that chance does not
/// explain; each look spends its share of alpha (<see cref="AlphaSpending"/>). Neighbouring buckets are merged until the smaller sample would have
/// <see cref="LeastExpected"/> values in each, and half a value is added to every bucket, so that an empty one is no infinity. It says that the predictions
/// differ, not that they are worse.
/// </remarks>
/// <param name="Alpha">Greatest probability of a false alarm over all looks, in (0, 1).</param>
/// <param name="Tolerance">Greatest index that is tolerated. Not negative.</param>
/// <param name="MinSamples">Predictions needed in each arm before a verdict. Not negative.</param>
public sealed record PopulationStability(double Alpha, double Tolerance, long MinSamples)
{
    /// <summary>Expected values in each bucket below which the chi-square distribution is not to be trusted; Cochran's rule.</summary>
    public const double LeastExpected = 5;

    /// <summary>Judges two histograms.</summary>
    /// <param name="canary">The canary's answer, with buckets.</param>
    /// <param name="stable">The stable version's.</param>
    /// <param name="look">Number of this look, from 1.</param>
    public DecisionRecord Judge(Sample canary, Sample stable, long look)
    {
        if (!(Alpha is > 0 and < 1 && double.IsFinite(Tolerance) && Tolerance >= 0 && MinSamples >= 0 && look >= 1))
            return new(Verdict.Error, Reasons.InvalidComparison, "Alpha must lie in (0, 1), tolerance and minSamples must not be negative, looks count from 1.");
        if (BucketCounts.Unusable(canary, "No histogram of the canary's predictions", baseline: false) is { } wrong)
            return wrong;
        if (BucketCounts.Unusable(stable, "No histogram of the stable version's predictions", baseline: true) is { } other)
            return other;
        var (left, right) = (BucketCounts.Of(canary.Buckets)!, BucketCounts.Of(stable.Buckets)!);
        if (!left.SameBounds(right))
            return new(Verdict.Error, Reasons.InvalidHistogram, "The histograms of the two versions have different buckets.");
        return Decide(left, right, look) with { CanarySamples = left.Samples, StableSamples = right.Samples };
    }

    /// <summary>The index of two histograms; an answer that is none as it is.</summary>
    public static Sample ValueOf(Sample canary, Sample stable)
    {
        if (canary.Buckets.IsEmpty || stable.Buckets.IsEmpty)
            return canary.Buckets.IsEmpty ? canary : stable;
        return (BucketCounts.Of(canary.Buckets), BucketCounts.Of(stable.Buckets)) is ({ Total: > 0 } left, { Total: > 0 } right) && left.SameBounds(right)
            ? Sample.Of(Index(left, right).Index)
            : Sample.Of(double.NaN);
    }

    private DecisionRecord Decide(BucketCounts canary, BucketCounts stable, long look)
    {
        var (index, buckets) = Index(canary, stable);
        var spread = (1 / canary.Total) + (1 / stable.Total);
        var p = buckets > 1 ? SpecialFunctions.ChiSquareUpperTail(index / spread, buckets - 1) : 1;
        var level = AlphaSpending.At(Alpha, look);
        var numbers = new DecisionRecord(Verdict.Running, "", "")
        {
            Value = CanonicalNumber.Format(index),
            Bound = CanonicalNumber.Format(Tolerance),
            PValue = CanonicalNumber.Format(p),
        };
        var text = string.Create(CultureInfo.InvariantCulture,
            $"population stability index {numbers.Value} of tolerated {numbers.Bound} over {buckets} buckets, p {numbers.PValue} of {CanonicalNumber.Format(level)} at look {look}");
        if (Math.Min(canary.Samples, stable.Samples) < MinSamples)
            return numbers with { Reason = Reasons.MinSamplesNotReached, Message = SampleCounts.Missing(canary.Samples, stable.Samples, MinSamples) };
        if (index <= Tolerance)
            return numbers with { Verdict = Verdict.Successful, Reason = Reasons.WithinTolerance, Message = $"The predictions are distributed alike: {text}." };
        return p <= level
            ? numbers with { Verdict = Verdict.Failed, Reason = Reasons.PredictionsDrifted, Message = $"The predictions are distributed otherwise than the stable version's: {text}." }
            : numbers with { Reason = Reasons.EvidenceLeansToHarm, Message = $"Not decided, chance may explain it: {text}." };
    }

    private static (double Index, int Buckets) Index(BucketCounts canary, BucketCounts stable)
    {
        var bins = Merged(canary, stable);
        var half = 0.5;
        var (n, m) = (canary.Total + (half * bins.Count), stable.Total + (half * bins.Count));
        return (bins.Sum(bin => (((bin.Canary + half) / n) - ((bin.Stable + half) / m)) * Math.Log((bin.Canary + half) / n * m / (bin.Stable + half))), bins.Count);
    }

    private static List<(double Canary, double Stable)> Merged(BucketCounts canary, BucketCounts stable)
    {
        List<(double Canary, double Stable)> bins = [];
        var share = Math.Min(canary.Total, stable.Total) / (canary.Total + stable.Total);
        var (left, right) = (0.0, 0.0);
        for (var i = 0; i <= canary.Bounds.Length; i++)
        {
            (left, right) = (left + canary.Within(i), right + stable.Within(i));
            if ((left + right) * share < LeastExpected)
                continue;
            bins.Add((left, right));
            (left, right) = (0, 0);
        }

        // What is left is too little for a bucket of its own.
        if (bins.Count == 0)
            bins.Add((left, right));
        else
            bins[^1] = (bins[^1].Canary + left, bins[^1].Stable + right);
        return bins;
    }
}

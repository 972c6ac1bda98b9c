using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>
/// Compares the area under the ROC curve of two versions that answered different requests: harm is "the canary's area lies below the stable one's by more than
/// the tolerance". Areas and variances come from histograms of scores by label: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, "Comparing the areas under two
/// or more correlated receiver operating characteristic curves: a nonparametric approach", Biometrics 44 (1988), for independent arms, scores within one bucket
/// counting as ties.
/// </summary>
/// <remarks>
/// DeLong's variance vanishes where the classes hardly overlap; that of J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver operating
/// characteristic (ROC) curve", Radiology 143 (1982), stands in where it is larger. The normal approximation needs <see cref="LeastOfClass"/> of either class in
/// either arm; below that nothing is decided. Each look spends its share of alpha (<see cref="AlphaSpending"/>).
/// </remarks>
/// <param name="Alpha">Greatest probability of a false alarm over all looks, in (0, 1).</param>
/// <param name="Tolerance">Share of the stable area by which the canary's may be smaller, in [0, 1).</param>
/// <param name="MinSamples">Labelled predictions needed in each arm before "no evidence of harm" is a success. Not negative.</param>
public sealed record AucComparison(double Alpha, double Tolerance, long MinSamples)
{
    /// <summary>Predictions of either class needed in each arm before anything is decided.</summary>
    public const int LeastOfClass = 10;

    /// <summary>Judges the histograms of both versions.</summary>
    /// <param name="canary">The canary's scores.</param>
    /// <param name="stable">The stable version's scores.</param>
    /// <param name="look">Number of this look, from 1.</param>
    public DecisionRecord Judge(LabelledScores canary, LabelledScores stable, long look)
    {
        if (!(Alpha is > 0 and < 1 && Tolerance is >= 0 and < 1 && MinSamples >= 0 && look >= 1))
            return new(Verdict.Error, Reasons.InvalidComparison, "Alpha must lie in (0, 1), tolerance in [0, 1), minSamples must not be negative, looks count from 1.");
        var record = canary.Unusable(baseline: false) ?? stable.Unusable(baseline: true) ?? Decide(canary.Curve(), stable.Curve(), look);
        return record with { CanarySamples = canary.Count, StableSamples = stable.Count };
    }

    private DecisionRecord Decide(RocArea canary, RocArea stable, long look)
    {
        var bound = stable.Area * (1 - Tolerance);
        var error = Math.Sqrt(canary.Variance + ((1 - Tolerance) * (1 - Tolerance) * stable.Variance));
        var p = error > 0 ? SpecialFunctions.NormalUpperTail((bound - canary.Area) / error) : canary.Area < bound ? 0 : 1;
        var level = AlphaSpending.At(Alpha, look);
        var half = SpecialFunctions.NormalUpperQuantile(0.025) * Math.Sqrt(canary.Variance + stable.Variance);
        var numbers = new DecisionRecord(Verdict.Running, "", "")
        {
            Value = CanonicalNumber.Format(canary.Area),
            Baseline = CanonicalNumber.Format(stable.Area),
            Bound = CanonicalNumber.Format(bound),
            PValue = CanonicalNumber.Format(p),
            Interval = $"[{CanonicalNumber.Format(canary.Area - stable.Area - half)}, {CanonicalNumber.Format(canary.Area - stable.Area + half)}]",
        };
        var text = string.Create(CultureInfo.InvariantCulture,
            $"AUC {numbers.Value} beside stable {numbers.Baseline}, bound {numbers.Bound}, p {numbers.PValue} of {CanonicalNumber.Format(level)} at look {look}");
        var least = Math.Min(canary.Least, stable.Least);
        if (least >= LeastOfClass && p <= level)
            return numbers with { Verdict = Verdict.Failed, Reason = Reasons.HarmDetected, Message = $"The canary is worse than tolerated: {text}." };
        if (least < LeastOfClass)
            return numbers with { Reason = Reasons.MinSamplesNotReached, Message = string.Create(CultureInfo.InvariantCulture, $"Waiting for labels: {least:F0} of {LeastOfClass} of the rarer class.") };
        if (Math.Min(canary.Count, stable.Count) < MinSamples)
            return numbers with { Reason = Reasons.MinSamplesNotReached, Message = SampleCounts.Missing((long)canary.Count, (long)stable.Count, MinSamples) };
        return p <= Math.Sqrt(level)
            ? numbers with { Reason = Reasons.EvidenceLeansToHarm, Message = $"Not decided, leaning to harm: {text}." }
            : numbers with { Verdict = Verdict.Successful, Reason = Reasons.NoEvidenceOfHarm, Message = $"No evidence of harm: {text}." };
    }
}

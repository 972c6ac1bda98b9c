using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>
/// Sequential test of "the canary's mean is at most r times the stable mean" that may be looked at at any time. Two forms: with a declared range of the
/// values an exact one, else one that is valid for large samples.
/// </summary>
/// <remarks>
/// <para>
/// Without a range: with <c>D = x̄ - r ȳ</c> and its standard error s the evidence is Robbins' one-sided normal mixture
/// <c>E = 2 (1+τ)^(-1/2) exp(z² τ / (2 (1+τ))) Φ(z √(τ/(1+τ)))</c>, z = D/s, τ = growing with the information. For Brownian motion it is a martingale
/// (H. Robbins, Ann. Math. Statist. 41 (1970)), and means behave so in large samples: I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas,
/// "Time-uniform central limit theory and asymptotic confidence sequences", Ann. Statist. 52 (2024). Therefore nothing is decided before
/// <see cref="MinSamples"/>, at least <see cref="LeastSamples"/>, values in each arm. The ratio of the arms' counts must stay as it is within the segment.
/// </para>
/// <para>
/// With a range: each arm has an empirical-Bernstein confidence sequence (<see cref="EmpiricalBernstein"/>) at alpha/2, valid for any number of values and
/// any distribution within the range. It is slower to decide and promises more.
/// </para>
/// </remarks>
/// <param name="Direction">Which way is worse.</param>
/// <param name="Alpha">Greatest probability of a false alarm over all looks of one segment, in (0, 1).</param>
/// <param name="Tolerance">Share of the stable mean by which the canary's may be worse. Not negative.</param>
/// <param name="MinSamples">Values needed in each arm before "no evidence of harm" is a success; without a range also before harm is declared.</param>
public sealed record SequentialMean(HarmDirection Direction, double Alpha, double Tolerance, long MinSamples)
{
    /// <summary>Values in each arm below which the large-sample form decides nothing.</summary>
    public const int LeastSamples = 30;

    /// <summary>Range that every value lies in, for the exact form; null for the large-sample form.</summary>
    public ThresholdRange? Range { get; init; }

    /// <summary>Judges the values of both versions, in the order in which they came.</summary>
    public DecisionRecord Judge(Sample canary, Sample stable)
    {
        if (!(Alpha is > 0 and < 1 && double.IsFinite(Tolerance) && Tolerance >= 0 && MinSamples >= 0)
            || (Range is { } range && !(range.Min < range.Max && double.IsFinite(range.Min.Value) && double.IsFinite(range.Max.Value))))
            return new(Verdict.Error, Reasons.InvalidComparison, "Alpha must lie in (0, 1), tolerance and minSamples must not be negative, a range needs min below max.");
        var (left, right, problem) = ValueSeries.Both(canary, stable);
        if (problem is not null)
            return problem;
        var record = Range is null ? LargeSample(ArmMoments.Of(left), ArmMoments.Of(right)) : Bounded(left, right, Range.Min!.Value, Range.Max!.Value);
        return record with { CanarySamples = left.Length, StableSamples = right.Length };
    }

    /// <summary>Natural logarithm of the e-value of the large-sample form; both arms need a variance above 0 in sum.</summary>
    public double LogEvidence(ArmMoments canary, ArmMoments stable)
    {
        var sign = Direction == HarmDirection.Increase ? 1 : -1;
        var ratio = Ratio(stable.Mean);
        var error = (canary.Variance / canary.Count) + (ratio * ratio * stable.Variance / stable.Count);
        var difference = sign * (canary.Mean - (ratio * stable.Mean));
        if (error <= 0)
            return difference > 0 ? double.PositiveInfinity : double.NegativeInfinity;
        var z = difference / Math.Sqrt(error);
        var tau = Sharpness * (canary.Count * stable.Count / (canary.Count + stable.Count)) / (2 * Needed);
        return Math.Log(2) - (0.5 * Math.Log(1 + tau)) + (z * z * tau / (2 * (1 + tau))) + SpecialFunctions.LogNormalCdf(z * Math.Sqrt(tau / (1 + tau)));
    }

    /// <summary>τ at the sample that the mixture is tuned to: the minimum of the boundary, -2 ln α + ln(-2 ln α) + 1 (Waudby-Smith et al., appendix).</summary>
    private double Sharpness => (-2 * Math.Log(Alpha)) + Math.Log(Math.Max(1, -2 * Math.Log(Alpha))) + 1;

    private long Needed => Math.Max(MinSamples, LeastSamples);

    /// <summary>r, on the side of 0 that the stable mean lies on.</summary>
    private double Ratio(double stable) => 1 + ((Direction == HarmDirection.Increase ? 1 : -1) * Math.Sign(stable) * Tolerance);

    private DecisionRecord LargeSample(ArmMoments canary, ArmMoments stable)
    {
        var log = LogEvidence(canary, stable);
        var numbers = Numbers(canary.Mean, stable.Mean) with
        {
            Evidence = double.IsNegativeInfinity(log) ? "0" : CanonicalNumber.Format(Math.Exp(Math.Min(log, 700))),
            Bound = CanonicalNumber.Format(1 / Alpha),
        };
        if (Math.Min(canary.Count, stable.Count) < Needed)
            return numbers with { Reason = Reasons.MinSamplesNotReached, Message = SampleCounts.Missing((long)canary.Count, (long)stable.Count, Needed) };
        return Concluded(numbers, $"evidence {numbers.Evidence} of {numbers.Bound}", log >= -Math.Log(Alpha), log >= -Math.Log(Alpha) / 2);
    }

    private DecisionRecord Bounded(ImmutableArray<double> canary, ImmutableArray<double> stable, double min, double max)
    {
        if (canary.Concat(stable).FirstOrDefault(value => value < min || value > max, min) is var outside && !outside.Equals(min))
            return new(Verdict.Error, Reasons.OutsideRange, $"Value {CanonicalNumber.Format(outside)} lies outside the declared range of {CanonicalNumber.Format(min)} to {CanonicalNumber.Format(max)}.");
        // "Smaller is worse" is "larger is worse" of the mirrored values.
        var sign = Direction == HarmDirection.Increase ? 1 : -1;
        double Scale(double value) => sign > 0 ? (value - min) / (max - min) : (max - value) / (max - min);
        double Back(double scaled) => sign > 0 ? min + (scaled * (max - min)) : max - (scaled * (max - min));
        var worst = Back(EmpiricalBernstein.Lower(canary.Select(Scale), Alpha / 2));
        var best = Back(1 - EmpiricalBernstein.Lower(stable.Select(value => 1 - Scale(value)), Alpha / 2));
        var bound = best + (sign * Tolerance * Math.Abs(best));
        var (mine, theirs) = (canary.Average(), stable.Average());
        var numbers = Numbers(mine, theirs) with { Bound = CanonicalNumber.Format(bound) };
        var harm = sign * (worst - bound) > 0;
        var text = $"the canary's mean is at {(sign > 0 ? "least" : "most")} {CanonicalNumber.Format(worst)}, bound {numbers.Bound}";
        if (!harm && Math.Min(canary.Length, stable.Length) < MinSamples)
            return numbers with { Reason = Reasons.MinSamplesNotReached, Message = SampleCounts.Missing(canary.Length, stable.Length, MinSamples) };
        return Concluded(numbers, text, harm, sign * (mine - bound) > 0);
    }

    private static DecisionRecord Numbers(double canary, double stable) =>
        new(Verdict.Running, "", "") { Value = CanonicalNumber.Format(canary), Baseline = CanonicalNumber.Format(stable) };

    private static DecisionRecord Concluded(DecisionRecord numbers, string evidence, bool harm, bool leaning)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"mean {numbers.Value} beside stable {numbers.Baseline}, {evidence}");
        if (harm)
            return numbers with { Verdict = Verdict.Failed, Reason = Reasons.HarmDetected, Message = $"The canary is worse than tolerated: {text}." };
        return leaning
            ? numbers with { Reason = Reasons.EvidenceLeansToHarm, Message = $"Not decided, leaning to harm: {text}." }
            : numbers with { Verdict = Verdict.Successful, Reason = Reasons.NoEvidenceOfHarm, Message = $"No evidence of harm: {text}." };
    }
}

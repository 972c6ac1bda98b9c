using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>
/// Compares two samples of values by ranks: harm is "the canary's values are shifted for the worse by more than the tolerance", the tolerance being a share of
/// the stable median. The test is <see cref="MannWhitney"/> against the stable values moved by the tolerance; the shift shown is Hodges and Lehmann's.
/// </summary>
/// <remarks>
/// The rank test is for one look, so each look spends its share of alpha (<see cref="AlphaSpending"/>). Values must be independent of each other: ranges
/// in Prometheus should not overlap (<c>rate(x[1m])[30m:1m]</c>, not <c>rate(x[5m])[30m:1m]</c>). With fewer than <see cref="MinValues"/> values in an arm
/// nothing is decided.
/// </remarks>
/// <param name="Direction">Which way is worse.</param>
/// <param name="Alpha">Greatest probability of a false alarm over all looks, in (0, 1).</param>
/// <param name="Tolerance">Share of the stable median by which the canary may be worse. Not negative.</param>
/// <param name="MinSamples">Values needed in each arm before "no evidence of harm" is a success. Not negative.</param>
public sealed record RankComparison(HarmDirection Direction, double Alpha, double Tolerance, long MinSamples)
{
    /// <summary>Values needed in each arm before anything is decided.</summary>
    public const int MinValues = 8;

    /// <summary>Judges the values of both versions.</summary>
    /// <param name="canary">The canary's answer.</param>
    /// <param name="stable">The stable version's answer.</param>
    /// <param name="look">Number of this look, from 1.</param>
    public DecisionRecord Judge(Sample canary, Sample stable, long look)
    {
        if (!(Alpha is > 0 and < 1 && double.IsFinite(Tolerance) && Tolerance >= 0 && MinSamples >= 0 && look >= 1))
            return new(Verdict.Error, Reasons.InvalidComparison, "Alpha must lie in (0, 1), tolerance and minSamples must not be negative, looks count from 1.");
        var (left, right, problem) = ValueSeries.Both(canary, stable);
        return problem ?? Decide(left, right, look) with { CanarySamples = left.Length, StableSamples = right.Length };
    }

    private DecisionRecord Decide(ImmutableArray<double> canary, ImmutableArray<double> stable, long look)
    {
        var sign = Direction == HarmDirection.Increase ? 1 : -1;
        var median = Median(stable);
        var margin = Tolerance * Math.Abs(median);
        // "Smaller is worse" is "larger is worse" of the negated values.
        double[] worse = [.. canary.Select(value => sign * value)];
        double[] moved = [.. stable.Select(value => (sign * value) + margin)];
        var test = MannWhitney.Of(worse, moved);
        var shift = sign * MannWhitney.Shift(worse, [.. stable.Select(value => sign * value)]);
        var level = AlphaSpending.At(Alpha, look);
        var numbers = new DecisionRecord(Verdict.Running, "", "")
        {
            Value = CanonicalNumber.Format(Median(canary)),
            Baseline = CanonicalNumber.Format(median),
            Bound = CanonicalNumber.Format(level),
            PValue = CanonicalNumber.Format(test.PValue),
        };
        var text = string.Create(CultureInfo.InvariantCulture,
            $"shift {CanonicalNumber.Format(shift)} beside a tolerance of {CanonicalNumber.Format(margin)}, p {numbers.PValue} of {numbers.Bound} at look {look} ({canary.Length} and {stable.Length} values)");
        var needed = Math.Max(MinValues, MinSamples);
        if (Math.Min(canary.Length, stable.Length) >= MinValues && test.PValue <= level)
            return numbers with { Verdict = Verdict.Failed, Reason = Reasons.HarmDetected, Message = $"The canary is worse than tolerated: {text}." };
        if (Math.Min(canary.Length, stable.Length) < needed)
            return numbers with { Reason = Reasons.MinSamplesNotReached, Message = SampleCounts.Missing(canary.Length, stable.Length, needed) };
        return test.PValue <= Math.Sqrt(level)
            ? numbers with { Reason = Reasons.EvidenceLeansToHarm, Message = $"Not decided, leaning to harm: {text}." }
            : numbers with { Verdict = Verdict.Successful, Reason = Reasons.NoEvidenceOfHarm, Message = $"No evidence of harm: {text}." };
    }

    private static double Median(ImmutableArray<double> values)
    {
        var sorted = values.Sort();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>
/// Holds the canary's value against the stable version's: good while <c>canary &lt;= stable + tolerance * |stable| + slack</c>
/// (<see cref="HarmDirection.Increase"/>) or <c>canary &gt;= stable - tolerance * |stable| - slack</c> (<see cref="HarmDirection.Decrease"/>).
/// It compares two point estimates, so noise can break it in either direction: give it <see cref="MinSamples"/>, and a failureLimit when looked at often.
/// </summary>
/// <param name="Direction">Which way is worse.</param>
/// <param name="Tolerance">Share of the stable value by which the canary may be worse, 0.1 = 10 %. Not negative.</param>
/// <param name="MinSamples">Samples needed in each arm before a verdict. Not negative.</param>
/// <param name="Slack">Absolute difference that is always tolerated, in the metric's unit; keeps a stable value near 0 from making any canary fail.</param>
public sealed record RelativeComparison(HarmDirection Direction, double Tolerance, long MinSamples, double Slack = 0)
{
    /// <summary>Judges the canary.</summary>
    /// <param name="canary">The canary's value.</param>
    /// <param name="stable">The stable version's value.</param>
    /// <param name="canarySamples">How many observations are behind the canary's value.</param>
    /// <param name="stableSamples">How many observations are behind the stable value.</param>
    public DecisionRecord Judge(Sample canary, Sample stable, long canarySamples, long stableSamples)
    {
        var record = Decide(canary, stable, canarySamples, stableSamples);
        return record with { CanarySamples = canarySamples, StableSamples = stableSamples };
    }

    private DecisionRecord Decide(Sample canary, Sample stable, long canarySamples, long stableSamples)
    {
        if (!(double.IsFinite(Tolerance) && Tolerance >= 0 && double.IsFinite(Slack) && Slack >= 0 && MinSamples >= 0))
            return new(Verdict.Error, Reasons.InvalidComparison, "Tolerance, slack and minSamples must be finite and not negative.");
        if (!canary.IsNumber)
            return DecisionRecord.Unusable(canary, "No value of the canary", baseline: false);
        if (!stable.IsNumber)
            return DecisionRecord.Unusable(stable, "No value of the stable version", baseline: true);
        var sign = Direction == HarmDirection.Increase ? 1 : -1;
        var bound = stable.Value + (sign * ((Tolerance * Math.Abs(stable.Value)) + Slack));
        var numbers = new DecisionRecord(Verdict.Running, "", "")
        {
            Value = CanonicalNumber.Format(canary.Value),
            Baseline = CanonicalNumber.Format(stable.Value),
            Bound = CanonicalNumber.Format(bound),
        };
        if (Math.Min(canarySamples, stableSamples) < MinSamples)
            return numbers with { Verdict = Verdict.Running, Reason = Reasons.MinSamplesNotReached, Message = SampleCounts.Missing(canarySamples, stableSamples, MinSamples) };
        var harm = sign * (canary.Value - bound) > 0;
        var text = string.Create(CultureInfo.InvariantCulture,
            $"Canary {numbers.Value} beside stable {numbers.Baseline}, bound {numbers.Bound} ({canarySamples} and {stableSamples} samples)");
        return harm
            ? numbers with { Verdict = Verdict.Failed, Reason = Reasons.WorseThanStable, Message = text + ": worse than tolerated." }
            : numbers with { Verdict = Verdict.Successful, Reason = Reasons.WithinTolerance, Message = text + ": within tolerance." };
    }
}

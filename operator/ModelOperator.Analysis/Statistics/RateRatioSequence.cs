namespace ModelOperator.Analysis;

/// <summary>
/// Confidence sequence of the ratio of two arms' rates, valid at every look: the ratios r that neither "the arm's rate is at most r times the control's"
/// nor "at least r times" is rejected for, each by the e-value of <see cref="SequentialBinomial"/> at alpha/2 (its remarks have the sources and the proof).
/// </summary>
public static class RateRatioSequence
{
    private const double Largest = 1e6;

    /// <summary>The ratio and its bounds.</summary>
    /// <param name="arm">Counts of the arm; at least one observation.</param>
    /// <param name="control">Counts of the control; at least one observation.</param>
    /// <param name="alpha">Probability that the ratio is ever outside, in (0, 1).</param>
    public static ArmEffect Of(BinomialArm arm, BinomialArm control, double alpha)
    {
        var ratio = control.Rate > 0 ? arm.Rate / control.Rate : arm.Rate > 0 ? double.PositiveInfinity : 1;
        var middle = Math.Clamp(ratio, 1 / Largest, Largest);
        var needed = Math.Log(2 / alpha);
        var lower = arm.CountedEvents > 0 ? ConfidenceBounds.Edge(0, middle, r => r <= 0 || LogEvidenceAbove(arm, control, r) >= needed) : 0;
        // Above by the mirror: the control's rate is at least 1/r times the arm's.
        var upper = control.CountedEvents > 0 ? 1 / ConfidenceBounds.Edge(0, 1 / middle, r => r <= 0 || LogEvidenceAbove(control, arm, r) >= needed) : double.PositiveInfinity;
        return new(ratio, new(lower, upper), 1);
    }

    /// <summary>Natural logarithm of the evidence that the arm's rate is more than <paramref name="ratio"/> times the control's.</summary>
    public static double LogEvidenceAbove(BinomialArm arm, BinomialArm control, double ratio) => BetaMixture.LogEvidence(
        arm.CountedEvents, control.CountedEvents, ratio * arm.Samples / ((ratio * arm.Samples) + control.Samples));
}

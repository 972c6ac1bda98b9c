namespace ModelOperator.Analysis;

/// <summary>
/// Confidence sequence of one arm's rate that may be looked at at any time: the rates p that the Beta-binomial mixture
/// <c>M(p) = B(x + 1/2, y + 1/2) / B(1/2, 1/2) / (p^x (1-p)^y)</c> does not reject, M(p) &lt; 1/alpha. Exact for every number of observations.
/// </summary>
/// <remarks>
/// H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41 (1970); S. Howard, A. Ramdas, J. McAuliffe,
/// J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Ann. Statist. 49 (2021). M is a martingale for the true p, so it ever
/// reaches 1/alpha with probability at most alpha (J. Ville, 1939). The prior is Jeffreys'.
/// </remarks>
public static class RateSequence
{
    private const double Prior = 0.5;

    /// <summary>The bounds after all observations so far.</summary>
    /// <param name="arm">Counts; at least one observation.</param>
    /// <param name="alpha">Probability that the rate is ever outside, in (0, 1).</param>
    public static ConfidenceBounds Of(BinomialArm arm, double alpha)
    {
        bool Rejects(double rate) => LogEvidence(arm, rate) >= -Math.Log(alpha);
        return new(
            arm.CountedEvents > 0 ? ConfidenceBounds.Edge(0, arm.Rate, Rejects) : 0,
            arm.CountedEvents < arm.Samples ? ConfidenceBounds.Edge(1, arm.Rate, Rejects) : 1);
    }

    /// <summary>Natural logarithm of M(p), the evidence against the rate p in (0, 1).</summary>
    public static double LogEvidence(BinomialArm arm, double rate)
    {
        var (x, y) = (arm.CountedEvents, arm.Samples - arm.CountedEvents);
        return SpecialFunctions.LogBeta(x + Prior, y + Prior) - SpecialFunctions.LogBeta(Prior, Prior)
            - (x > 0 ? x * Math.Log(rate) : 0) - (y > 0 ? y * Math.Log(1 - rate) : 0);
    }
}

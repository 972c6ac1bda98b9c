namespace ModelOperator.Analysis;

/// <summary>
/// The mixture likelihood ratio that the sequential tests of proportions share: evidence that an event lands in the counted class with a probability
/// above q0. With x events in the class and y outside it is
/// <c>E = ∫ q^x (1-q)^y π(q) dq / (q0^x (1-q0)^y)</c>, π = Beta(a, b) cut to (q0, 1).
/// </summary>
/// <remarks>
/// H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41 (1970). A supermartingale for every probability
/// of at most q0, so P(E ever reaches 1/alpha) is at most alpha (J. Ville, 1939). The prior only decides how fast a deviation is seen.
/// </remarks>
internal static class BetaMixture
{
    /// <summary>The prior expects odds of about twice q0's...</summary>
    private const double ExpectedRatio = 2;

    /// <summary>...and holds that belief as weakly as eight observed events would.</summary>
    private const double PriorEvents = 8;

    /// <summary>Natural logarithm of E for x, y of at least 0 and q0 in (0, 1).</summary>
    public static double LogEvidence(double x, double y, double q0)
    {
        var expected = q0 * ExpectedRatio / ((q0 * ExpectedRatio) + 1 - q0);
        var a = PriorEvents * expected;
        var b = PriorEvents * (1 - expected);
        var mixture = SpecialFunctions.LogBeta(x + a, y + b) + SpecialFunctions.LogBetaUpperTail(q0, x + a, y + b)
            - SpecialFunctions.LogBeta(a, b) - SpecialFunctions.LogBetaUpperTail(q0, a, b);
        return mixture - (x * Math.Log(q0)) - (y * Math.Log(1 - q0));
    }
}

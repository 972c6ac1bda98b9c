namespace ModelOperator.Analysis;

/// <summary>
/// Makes a test for one look safe for many: the k-th look may err with probability alpha / (k (k + 1)), which sums to alpha over all looks ever (Boole's
/// inequality, so the looks may depend on each other in any way). It costs power; tests that are anytime-valid by themselves need none of it.
/// </summary>
public static class AlphaSpending
{
    /// <summary>The level of one look.</summary>
    /// <param name="alpha">Greatest probability of a false alarm over all looks.</param>
    /// <param name="look">Number of the look, from 1.</param>
    public static double At(double alpha, long look) => alpha / (look * (look + 1.0));
}

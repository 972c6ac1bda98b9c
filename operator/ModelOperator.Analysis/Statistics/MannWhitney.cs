namespace ModelOperator.Analysis;

/// <summary>
/// The rank sum test of "the first sample tends to be larger": H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is
/// stochastically larger than the other", Ann. Math. Statist. 18 (1947). For one look.
/// </summary>
/// <param name="U">Pairs in which the first sample is larger; ties count one half.</param>
/// <param name="PValue">P(U as large as this, or larger) when both samples come from one distribution.</param>
/// <param name="Exact">True when the p-value is exact; else it is the normal approximation, corrected for ties and continuity.</param>
public sealed record MannWhitney(double U, double PValue, bool Exact)
{
    /// <summary>Greatest size of either sample for which the exact distribution is computed.</summary>
    public const int ExactUpTo = 20;

    /// <summary>Tests two samples of finite numbers, each with at least one.</summary>
    public static MannWhitney Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var (n, m) = (first.Count, second.Count);
        var all = first.Select(value => (Value: value, First: true)).Concat(second.Select(value => (Value: value, First: false))).OrderBy(pair => pair.Value).ToArray();
        var (rankSum, ties, tied) = (0.0, 0.0, false);
        for (var i = 0; i < all.Length;)
        {
            var end = i;
            var inFirst = 0;
            for (; end < all.Length && all[end].Value.Equals(all[i].Value); end++)
                inFirst += all[end].First ? 1 : 0;
            double size = end - i;
            rankSum += inFirst * (i + ((size + 1) / 2));
            ties += (size * size * size) - size;
            tied |= size > 1;
            i = end;
        }

        var u = rankSum - (n * (n + 1.0) / 2);
        return !tied && Math.Max(n, m) <= ExactUpTo ? new(u, ExactTail(n, m, (int)Math.Round(u)), true) : new(u, NormalTail(n, m, u, ties), false);
    }

    /// <summary>
    /// The median of all differences first minus second: J. L. Hodges, E. L. Lehmann, "Estimates of location based on rank tests", Ann. Math. Statist. 34 (1963).
    /// </summary>
    public static double Shift(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var x = first.Order().ToArray();
        var y = second.Order().ToArray();
        var pairs = (long)x.Length * y.Length;
        var low = Smallest(x, y, (pairs + 1) / 2);
        return pairs % 2 == 1 ? low : (low + Smallest(x, y, (pairs / 2) + 1)) / 2;
    }

    /// <summary>The k-th smallest difference, by bisection over the ordered bits of a double: exact, and no list of all pairs.</summary>
    private static double Smallest(double[] x, double[] y, long k)
    {
        var (low, high) = (Ordered(x[0] - y[^1]), Ordered(x[^1] - y[0]));
        while (low < high)
        {
            var middle = low + (long)((ulong)(high - low) / 2);
            if (AtMost(x, y, Double(middle)) >= k)
                high = middle;
            else
                low = middle + 1;
        }

        return Double(low);
    }

    private static long AtMost(double[] x, double[] y, double limit)
    {
        long count = 0;
        var j = y.Length;
        foreach (var value in x)
        {
            // As x grows, fewer of the small y are small enough to subtract.
            while (j > 0 && !(value - y[y.Length - j] <= limit))
                j--;
            count += j;
        }

        return count;
    }

    private static long Ordered(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return bits >= 0 ? bits : long.MinValue - bits;
    }

    private static double Double(long ordered) => BitConverter.Int64BitsToDouble(ordered >= 0 ? ordered : long.MinValue - ordered);

    /// <summary>Counts of arrangements per U: the coefficients of the Gaussian binomial, whole numbers below 2^53 for the sizes allowed.</summary>
    private static double ExactTail(int n, int m, int u)
    {
        var counts = new double[(n * m) + 1];
        counts[0] = 1;
        for (var i = 1; i <= n; i++)
        {
            for (var k = counts.Length - 1; k >= m + i; k--)
                counts[k] -= counts[k - m - i];
            for (var k = i; k < counts.Length; k++)
                counts[k] += counts[k - i];
        }

        return counts.Skip(u).Sum() / counts.Sum();
    }

    private static double NormalTail(int n, int m, double u, double ties)
    {
        double all = n + m;
        var variance = n * (double)m / 12 * (all + 1 - (ties / (all * (all - 1))));
        return variance > 0 ? SpecialFunctions.NormalUpperTail((u - (n * (double)m / 2) - 0.5) / Math.Sqrt(variance)) : 1;
    }
}

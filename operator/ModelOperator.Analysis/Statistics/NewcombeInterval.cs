namespace ModelOperator.Analysis;

/// <summary>
/// Interval for the difference of two proportions from Wilson's score intervals: method 10 of R. G. Newcombe, "Interval estimation for the difference
/// between independent proportions: comparison of eleven methods", Statist. Med. 17 (1998). For one look.
/// </summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record NewcombeInterval(double Low, double High)
{
    /// <summary>The interval of first minus second.</summary>
    /// <param name="first">First arm, with at least one sample.</param>
    /// <param name="second">Second arm, with at least one sample.</param>
    /// <param name="confidence">Confidence in (0, 1), for example 0.95.</param>
    public static NewcombeInterval Of(BinomialArm first, BinomialArm second, double confidence)
    {
        var z = SpecialFunctions.NormalUpperQuantile((1 - confidence) / 2);
        var (p1, low1, high1) = Wilson(first, z);
        var (p2, low2, high2) = Wilson(second, z);
        var difference = p1 - p2;
        return new(
            Math.Max(-1, difference - Math.Sqrt(Square(p1 - low1) + Square(high2 - p2))),
            Math.Min(1, difference + Math.Sqrt(Square(high1 - p1) + Square(p2 - low2))));
    }

    /// <summary>For a status: <c>[low, high]</c>.</summary>
    public override string ToString() => $"[{CanonicalNumber.Format(Low)}, {CanonicalNumber.Format(High)}]";

    /// <summary>E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Statist. Assoc. 22 (1927).</summary>
    private static (double Rate, double Low, double High) Wilson(BinomialArm arm, double z)
    {
        var (n, p, zz) = (arm.Samples, arm.Rate, z * z);
        var middle = ((2 * n * p) + zz) / (2 * (n + zz));
        var half = z * Math.Sqrt(zz + (4 * n * p * (1 - p))) / (2 * (n + zz));
        return (p, Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    private static double Square(double x) => x * x;
}

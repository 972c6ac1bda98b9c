namespace ModelOperator.Analysis;

/// <summary>The normal distribution, exact in the far tail, where the decisions are made.</summary>
internal static partial class SpecialFunctions
{
    /// <summary>P(Z &gt; z): by the series of DLMF 7.6.2 near the middle, by the continued fraction DLMF 7.9.1 in the tail.</summary>
    public static double NormalUpperTail(double z)
    {
        if (z < 0)
            return 1 - NormalUpperTail(-z);
        var x = z / Math.Sqrt(2);
        return x < 2.5 ? 0.5 * (1 - ErrorFunction(x)) : 0.5 * Math.Exp(-x * x) / Math.Sqrt(Math.PI) / TailFraction(x);
    }

    /// <summary>ln P(Z &lt;= z), also where the probability underflows.</summary>
    public static double LogNormalCdf(double z)
    {
        if (z > -3.6)
            return Math.Log(1 - NormalUpperTail(z));
        var x = -z / Math.Sqrt(2);
        return Math.Log(0.5 / Math.Sqrt(Math.PI)) - (x * x) - Math.Log(TailFraction(x));
    }

    /// <summary>The z with P(Z &gt; z) = tail, for tail in (0, 1): Newton from the approximation 26.2.23 of Abramowitz and Stegun.</summary>
    public static double NormalUpperQuantile(double tail)
    {
        if (tail > 0.5)
            return -NormalUpperQuantile(1 - tail);
        var t = Math.Sqrt(-2 * Math.Log(tail));
        var z = t - ((2.515517 + (0.802853 * t) + (0.010328 * t * t)) / (1 + (1.432788 * t) + (0.189269 * t * t) + (0.001308 * t * t * t)));
        for (var i = 0; i < 4; i++)
        {
            // Newton on the logarithm converges from either side in the tail.
            var upper = NormalUpperTail(z);
            z += Math.Log(upper / tail) * upper / (Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI));
        }

        return z;
    }

    private static double ErrorFunction(double x)
    {
        var term = x;
        var sum = x;
        for (var n = 1; n < 200 && term > sum * 1e-17; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>x + (1/2)/(x + 1/(x + (3/2)/(x + ...))), from behind; 80 terms hold sixteen digits from x = 2.5 on.</summary>
    private static double TailFraction(double x)
    {
        var f = x;
        for (var k = 80; k >= 1; k--)
            f = x + (k / 2.0 / f);
        return f;
    }
}

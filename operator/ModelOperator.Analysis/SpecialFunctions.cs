namespace ModelOperator.Analysis;

/// <summary>The few special functions that the tests need, in logarithms so that a million samples neither overflow nor underflow.</summary>
internal static partial class SpecialFunctions
{
    private const double Tiny = 1e-300;
    private const int MaxTerms = 20_000;

    /// <summary>Lanczos coefficients for g = 7, n = 9 (P. Godfrey, "A note on the computation of the convergent Lanczos complex Gamma approximation", 2001).</summary>
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>ln Γ(x) for x &gt; 0.</summary>
    public static double LogGamma(double x)
    {
        if (x < 0.5)
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        x -= 1;
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++)
            sum += Lanczos[i] / (x + i);
        var t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>ln B(a, b).</summary>
    public static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>
    /// ln P(Q &gt; q) for Q ~ Beta(a, b), that is ln(1 - I_q(a, b)), by the continued fraction DLMF 8.17.22 on whichever side converges;
    /// a far tail stays exact instead of rounding to ln 0.
    /// </summary>
    public static double LogBetaUpperTail(double q, double a, double b)
    {
        if (q <= 0)
            return 0;
        if (q >= 1)
            return double.NegativeInfinity;
        var front = (a * Math.Log(q)) + (b * Math.Log(1 - q)) - LogBeta(a, b);
        if (q > (a + 1) / (a + b + 2))
            return front - Math.Log(b) + Math.Log(BetaFraction(b, a, 1 - q));
        var lower = Math.Exp(front - Math.Log(a)) * BetaFraction(a, b, q);
        return Math.Log(Math.Max(1 - lower, Tiny));
    }

    /// <summary>Modified Lentz evaluation of the incomplete beta function's continued fraction.</summary>
    private static double BetaFraction(double a, double b, double x)
    {
        var c = 1.0;
        var d = 1 / Guard(1 - ((a + b) * x / (a + 1)));
        var result = d;
        for (var m = 1; m <= MaxTerms; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / Guard(1 + (even * d));
            c = Guard(1 + (even / c));
            result *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Guard(1 + (odd * d));
            c = Guard(1 + (odd / c));
            var factor = d * c;
            result *= factor;
            if (Math.Abs(factor - 1) < 1e-14)
                break;
        }

        return result;
    }

    private static double Guard(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}

namespace ModelOperator.Analysis;

/// <summary>The incomplete gamma function, for the chi-square distribution.</summary>
internal static partial class SpecialFunctions
{
    /// <summary>P(X &gt; x) for X chi-square with so many degrees of freedom: Q(degrees/2, x/2).</summary>
    public static double ChiSquareUpperTail(double x, double degrees) => x <= 0 ? 1 : UpperGamma(degrees / 2, x / 2);

    /// <summary>Q(a, x) by the series DLMF 8.7.1 where that converges fast, else by the continued fraction DLMF 8.9.2 (modified Lentz).</summary>
    private static double UpperGamma(double a, double x)
    {
        var front = (a * Math.Log(x)) - x - LogGamma(a);
        if (x < a + 1)
        {
            var term = 1 / a;
            var sum = term;
            for (var n = 1; n < MaxTerms && term > sum * 1e-17; n++)
            {
                term *= x / (a + n);
                sum += term;
            }

            return Math.Max(0, 1 - (sum * Math.Exp(front)));
        }

        var b = x + 1 - a;
        var c = 1 / Tiny;
        var d = 1 / Guard(b);
        var fraction = d;
        for (var n = 1; n < MaxTerms; n++)
        {
            var weight = -n * (n - a);
            b += 2;
            d = 1 / Guard((weight * d) + b);
            c = Guard(b + (weight / c));
            fraction *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-15)
                break;
        }

        return Math.Exp(front) * fraction;
    }
}

namespace ModelOperator.ModelFormat;

/// <summary>
/// Decimals of few digits as 64-bit numbers. An integer up to 2^53 and a power of ten up to 10^22 are exact in 64 bits, so their quotient, rounded once, is the nearest number to the
/// decimal (W. D. Clinger, "How to read floating point numbers accurately", 1990).
/// </summary>
public static class ShortDecimal
{
    /// <summary>The digits, taken as one integer, are below this.</summary>
    public const long DigitsLimit = 1L << 53;

    /// <summary>The most digits behind the point.</summary>
    public const int MostDecimals = 22;

    private static readonly double[] Powers =
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>The number nearest to <c>±digits / 10^decimals</c>; minus zero for a negative zero.</summary>
    /// <param name="isNegative">Whether it stands behind a minus.</param>
    /// <param name="digits">Below <see cref="DigitsLimit"/>. Of more the number is near: off by two roundings, 2^-52 of it at most.</param>
    /// <param name="decimals">How many of the digits stand behind the point, at most <see cref="MostDecimals"/>.</param>
    public static double Of(bool isNegative, long digits, int decimals)
    {
        var number = digits / Powers[decimals];
        return isNegative ? -number : number;
    }
}

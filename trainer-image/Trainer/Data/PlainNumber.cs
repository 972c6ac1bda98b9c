namespace ModelOperator.Trainer.Data;

/// <summary>Reads the numbers that tables are full of, such as 3.25 and -118, several times faster than the framework reads any, and to the same 32 bits.</summary>
/// <remarks>
/// An integer below 2^53 and a power of ten up to 10^22 are exact in 64 bits, so their quotient, rounded once, is the nearest number to the decimal
/// (W. D. Clinger, "How to read floating point numbers accurately", 1990). Of more digits, which whoever writes 64 bits in full writes, the quotient is off by
/// two roundings, 2^-52 of it at most: the 32 bits are known all the same where they are those of everything that near.
/// </remarks>
internal static class PlainNumber
{
    private const long ExactDigits = 1L << 53;
    private const long MostDigits = (long.MaxValue - 9) / 10;
    private const double Near = 1.0 / (1L << 50);

    private static readonly double[] Powers =
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <returns>False where the text is another number, or none.</returns>
    internal static bool TryParse(ReadOnlySpan<char> text, out float number)
    {
        number = 0;
        var at = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var negative = at == 1;
        long digits = 0;
        var (seen, decimals, hasPoint) = (0, 0, false);
        for (; at < text.Length; at++)
        {
            var digit = text[at] - '0';
            if ((uint)digit > 9)
            {
                if (text[at] != '.' || hasPoint)
                    return false;
                hasPoint = true;
                continue;
            }

            if (digits > MostDigits)
                return false;
            digits = (digits * 10) + digit;
            seen++;
            decimals += hasPoint ? 1 : 0;
        }

        if (seen == 0 || decimals >= Powers.Length)
            return false;
        var quotient = digits / Powers[decimals];
        if (digits >= ExactDigits && (float)(quotient * (1 - Near)) != (float)(quotient * (1 + Near)))
            return false;
        number = negative ? -(float)quotient : (float)quotient;
        return true;
    }
}

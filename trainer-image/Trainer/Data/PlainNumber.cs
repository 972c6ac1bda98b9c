using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Data;

/// <summary>Reads the numbers that tables are full of, such as 3.25 and -118, several times faster than the framework reads any, and to the same 32 bits.</summary>
/// <remarks>
/// Of more digits than <see cref="ShortDecimal.DigitsLimit"/> allows, which whoever writes 64 bits in full writes, the 64 bits are not known, but the 32 bits are where they
/// are those of everything that near.
/// </remarks>
internal static class PlainNumber
{
    private const long MostDigits = (long.MaxValue - 9) / 10;
    private const double Near = 1.0 / (1L << 50);

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

        if (seen == 0 || decimals > ShortDecimal.MostDecimals)
            return false;
        var near = ShortDecimal.Of(negative, digits, decimals);
        if (digits >= ShortDecimal.DigitsLimit && (float)(near * (1 - Near)) != (float)(near * (1 + Near)))
            return false;
        number = (float)near;
        return true;
    }
}

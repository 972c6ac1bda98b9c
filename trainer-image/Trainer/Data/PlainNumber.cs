using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Data;

/// <summary>Reads the numbers that tables are full of, such as 3.25 and -118, several times faster than the framework reads any, and to the same 64 bits.</summary>
internal static class PlainNumber
{
    /// <returns>False where the text is another number, or none.</returns>
    internal static bool TryParse(ReadOnlySpan<char> text, out double number)
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

            digits = (digits * 10) + digit;
            if (digits >= ShortDecimal.DigitsLimit)
                return false;
            seen++;
            decimals += hasPoint ? 1 : 0;
        }

        if (seen == 0 || decimals > ShortDecimal.MostDecimals)
            return false;
        number = ShortDecimal.Of(negative, digits, decimals);
        return true;
    }
}

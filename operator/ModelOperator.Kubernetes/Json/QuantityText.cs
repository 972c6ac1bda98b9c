using System.Globalization;

namespace ModelOperator.Kubernetes;

/// <summary>Reads the text form of quantities (k8s.io/apimachinery/pkg/api/resource: sign, digits, suffix).</summary>
internal static class QuantityText
{
    /// <summary>Parses; throws <see cref="FormatException"/> when the text is not a quantity.</summary>
    internal static decimal Parse(string text)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.' || (end == 0 && text[end] is '+' or '-')))
            end++;
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text.AsSpan(0, end), style, CultureInfo.InvariantCulture, out var number))
            throw new FormatException($"'{text}' is not a Kubernetes quantity");
        try
        {
            return Scale(number, text.AsSpan(end), text);
        }
        catch (OverflowException e)
        {
            throw new FormatException($"'{text}' is beyond the supported range", e);
        }
    }

    private static decimal Scale(decimal number, ReadOnlySpan<char> suffix, string text) => suffix switch
    {
        "" => number,
        "n" => number / 1_000_000_000m,
        "u" => number / 1_000_000m,
        "m" => number / 1_000m,
        "k" => number * 1_000m,
        "M" => number * 1_000_000m,
        "G" => number * 1_000_000_000m,
        "T" => number * 1_000_000_000_000m,
        "P" => number * 1_000_000_000_000_000m,
        "E" => number * 1_000_000_000_000_000_000m,
        "Ki" => number * 1024m,
        "Mi" => number * 1048576m,
        "Gi" => number * 1073741824m,
        "Ti" => number * 1099511627776m,
        "Pi" => number * 1125899906842624m,
        "Ei" => number * 1152921504606846976m,
        _ => Exponent(number, suffix, text),
    };

    private static decimal Exponent(decimal number, ReadOnlySpan<char> suffix, string text)
    {
        if (suffix[0] is not ('e' or 'E')
            || !int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
            || power is < -28 or > 28)
            throw new FormatException($"'{text}' is not a Kubernetes quantity");
        for (; power > 0; power--)
            number *= 10m;
        for (; power < 0; power++)
            number /= 10m;
        return number;
    }
}

using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>Writes floating-point numbers for a status, which may not hold floats: one text per number, at most six significant digits.</summary>
public static class CanonicalNumber
{
    /// <summary>
    /// Canonical decimal text, e.g. <c>0.0125</c>, <c>412</c>, <c>1.5e-7</c>, <c>NaN</c>, <c>+Inf</c>. The same number always gives the same text on every
    /// machine; zero has no sign; plain notation from 1e-5 up to 1e15, else an exponent.
    /// </summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        if (value == 0)
            return "0";
        // Six digits first: rounding in one place decides both the digits and the exponent (999999.9 becomes 1e6, not 1000000.0).
        var scientific = value.ToString("E5", CultureInfo.InvariantCulture);
        var rounded = double.Parse(scientific, NumberStyles.Float, CultureInfo.InvariantCulture);
        var size = Math.Abs(rounded);
        return size is >= 1e-5 and < 1e15 ? Plain(rounded) : Exponent(scientific);
    }

    private static string Plain(double rounded) => ((decimal)rounded).ToString("0.##########", CultureInfo.InvariantCulture);

    private static string Exponent(string scientific)
    {
        var at = scientific.IndexOf('E', StringComparison.Ordinal);
        var digits = scientific[..at].TrimEnd('0').TrimEnd('.');
        var exponent = int.Parse(scientific.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{digits}e{exponent}");
    }
}

using System.Globalization;

namespace ModelOperator.Api;

/// <summary>Numbers as decimal strings, the form that they have in specs and statuses.</summary>
public static class DecimalText
{
    /// <summary>The number; null when absent, no number, or not finite.</summary>
    public static double? Parse(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}

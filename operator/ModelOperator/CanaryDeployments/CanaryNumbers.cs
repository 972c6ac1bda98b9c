using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>Decimal strings of the spec.</summary>
public static class CanaryNumbers
{
    /// <summary>The number, or null when absent or no number (the schema's pattern refuses the latter).</summary>
    public static double? Parse(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}

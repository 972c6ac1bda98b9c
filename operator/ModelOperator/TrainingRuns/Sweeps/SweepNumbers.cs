using System.Globalization;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>Numbers of ranges as texts, and metrics as numbers. Pure.</summary>
public static class SweepNumbers
{
    /// <summary>Greatest integer that a double holds exactly.</summary>
    public const double LargestInteger = 9007199254740992;

    /// <summary>
    /// The text that a trial gets. Six significant digits: logarithms differ in their last bits from one machine to the next, and the
    /// same trial must have the same text everywhere.
    /// </summary>
    public static string Text(SweepParameter parameter, double number)
    {
        var (low, high) = (parameter.Minimum!.Value, parameter.Maximum!.Value);
        if (parameter.Type == SweepNumberType.Integer)
            return Math.Clamp(Math.Round(number, MidpointRounding.AwayFromZero), low, high).ToString("0", CultureInfo.InvariantCulture);
        if (number <= low || number >= high)
            return Plain((number <= low ? low : high).ToString("R", CultureInfo.InvariantCulture));
        return Plain(number.ToString("G6", CultureInfo.InvariantCulture));
    }

    /// <summary>The number between the ends at a share of the way, by the scale.</summary>
    public static double At(SweepParameter parameter, double share)
    {
        var (low, high) = (parameter.Minimum!.Value, parameter.Maximum!.Value);
        if (share <= 0 || share >= 1)
            return share <= 0 ? low : high;
        return parameter.Scale == SweepScale.Log
            ? Math.Exp(Math.Log(low) + (share * (Math.Log(high) - Math.Log(low))))
            : low + (share * (high - low));
    }

    /// <summary>Without an exponent where that stays short: 0.00001, not 1E-05.</summary>
    private static string Plain(string text) =>
        text.Contains('E', StringComparison.Ordinal) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) is >= 1e-18m and <= 1e18m
            ? number.ToString("0.############################", CultureInfo.InvariantCulture)
            : text;
}

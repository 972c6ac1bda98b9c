using System.Globalization;

namespace ModelOperator.Carbon;

/// <summary>Exact conversions between real numbers and whole ledger units; out-of-range input throws, nothing saturates.</summary>
internal static class QuantityMath
{
    /// <summary>Rounds a finite real to a whole number of units.</summary>
    /// <exception cref="ArgumentOutOfRangeException">NaN or infinite.</exception>
    /// <exception cref="OverflowException">Outside the range of <see cref="long"/>.</exception>
    public static long ToUnits(double value, Rounding rounding)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "a quantity must be finite");
        var rounded = rounding == Rounding.Up ? Math.Ceiling(value) : Math.Round(value, MidpointRounding.AwayFromZero);
        return checked((long)rounded);
    }

    /// <summary>Rounds a decimal to a whole number of units.</summary>
    /// <exception cref="OverflowException">Outside the range of <see cref="long"/>.</exception>
    public static long ToUnits(decimal value, Rounding rounding) =>
        decimal.ToInt64(rounding == Rounding.Up ? decimal.Ceiling(value) : decimal.Round(value, MidpointRounding.AwayFromZero));

    /// <summary>Divides exactly in 128 bits and rounds once.</summary>
    /// <exception cref="OverflowException">The quotient is outside the range of <see cref="long"/>.</exception>
    public static long DivideToUnits(Int128 numerator, Int128 denominator, Rounding rounding)
    {
        var (quotient, remainder) = Int128.DivRem(numerator, denominator);
        if (remainder == 0)
            return checked((long)quotient);
        if (rounding == Rounding.Up)
            return checked((long)(remainder > 0 ? quotient + 1 : quotient));
        return checked((long)(Int128.Abs(remainder) * 2 >= denominator ? quotient + Int128.Sign(remainder) : quotient));
    }

    /// <summary>A decimal without trailing zeros, in the invariant culture.</summary>
    public static string Format(decimal value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}

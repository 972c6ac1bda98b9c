namespace ModelOperator.Carbon;

/// <summary>
/// An amount of energy in whole milliwatt-hours (mWh), the unit of the ledger. 1 mWh = 3.6 J; 1 kWh = 1,000,000 mWh = 3.6e6 J exactly.
/// Signed, so that a ledger can hold a debt; measurements and models never give a negative amount. Arithmetic is checked.
/// </summary>
/// <param name="MilliwattHours">The amount in mWh.</param>
public readonly record struct Energy(long MilliwattHours) : IComparable<Energy>
{
    /// <summary>Joules in one milliwatt-hour.</summary>
    public const double JoulesPerMilliwattHour = 3.6;

    private const decimal MilliwattHoursPerKilowattHour = 1_000_000m;

    /// <summary>No energy.</summary>
    public static Energy Zero => default;

    /// <summary>The amount in joules.</summary>
    public double Joules => MilliwattHours * JoulesPerMilliwattHour;

    /// <summary>The amount in kWh, exact.</summary>
    public decimal KilowattHours => MilliwattHours / MilliwattHoursPerKilowattHour;

    /// <summary>From joules, as integrated from sensors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">NaN or infinite.</exception>
    /// <exception cref="OverflowException">More than the ledger's integers hold.</exception>
    public static Energy FromJoules(double joules, Rounding rounding = Rounding.Nearest) =>
        new(QuantityMath.ToUnits(joules / JoulesPerMilliwattHour, rounding));

    /// <summary>From a whole number of millijoules (NVML, DCGM); exact integer arithmetic, rounded once.</summary>
    public static Energy FromMillijoules(ulong millijoules, Rounding rounding = Rounding.Nearest) =>
        new(QuantityMath.DivideToUnits(millijoules, 3_600, rounding));

    /// <summary>From a whole number of microjoules (RAPL); exact integer arithmetic, rounded once.</summary>
    public static Energy FromMicrojoules(ulong microjoules, Rounding rounding = Rounding.Nearest) =>
        new(QuantityMath.DivideToUnits(microjoules, 3_600_000, rounding));

    /// <summary>From kilowatt-hours.</summary>
    /// <exception cref="OverflowException">More than the ledger's integers hold.</exception>
    public static Energy FromKilowattHours(decimal kilowattHours, Rounding rounding = Rounding.Nearest) =>
        new(QuantityMath.ToUnits(kilowattHours * MilliwattHoursPerKilowattHour, rounding));

    /// <summary>The larger of the two.</summary>
    public static Energy Max(Energy left, Energy right) => left >= right ? left : right;

    /// <summary>The smaller of the two.</summary>
    public static Energy Min(Energy left, Energy right) => left <= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Energy other) => MilliwattHours.CompareTo(other.MilliwattHours);

    /// <summary>For people: kWh with up to six decimals, which is exact.</summary>
    public override string ToString() => $"{QuantityMath.Format(KilowattHours)} kWh";

    public static Energy operator +(Energy left, Energy right) => new(checked(left.MilliwattHours + right.MilliwattHours));

    public static Energy operator -(Energy left, Energy right) => new(checked(left.MilliwattHours - right.MilliwattHours));

    public static bool operator <(Energy left, Energy right) => left.MilliwattHours < right.MilliwattHours;

    public static bool operator >(Energy left, Energy right) => left.MilliwattHours > right.MilliwattHours;

    public static bool operator <=(Energy left, Energy right) => left.MilliwattHours <= right.MilliwattHours;

    public static bool operator >=(Energy left, Energy right) => left.MilliwattHours >= right.MilliwattHours;
}

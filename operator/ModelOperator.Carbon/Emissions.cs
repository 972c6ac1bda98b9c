namespace ModelOperator.Carbon;

/// <summary>
/// An amount of greenhouse gas in whole milligrams of CO2 equivalent (mg CO2e), the unit of the ledger. Signed, so that a ledger can
/// hold a debt. Arithmetic is checked.
/// </summary>
/// <param name="Milligrams">The amount in mg CO2e.</param>
public readonly record struct Emissions(long Milligrams) : IComparable<Emissions>
{
    private const decimal MilligramsPerGram = 1_000m;

    /// <summary>No emissions.</summary>
    public static Emissions Zero => default;

    /// <summary>The amount in g CO2e, exact.</summary>
    public decimal Grams => Milligrams / MilligramsPerGram;

    /// <summary>From grams of CO2e.</summary>
    /// <exception cref="OverflowException">More than the ledger's integers hold.</exception>
    public static Emissions FromGrams(decimal grams, Rounding rounding = Rounding.Nearest) =>
        new(QuantityMath.ToUnits(grams * MilligramsPerGram, rounding));

    /// <summary>From milligrams as a real number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">NaN or infinite.</exception>
    /// <exception cref="OverflowException">More than the ledger's integers hold.</exception>
    public static Emissions FromMilligrams(double milligrams, Rounding rounding = Rounding.Nearest) =>
        new(QuantityMath.ToUnits(milligrams, rounding));

    /// <summary>The larger of the two.</summary>
    public static Emissions Max(Emissions left, Emissions right) => left >= right ? left : right;

    /// <summary>The smaller of the two.</summary>
    public static Emissions Min(Emissions left, Emissions right) => left <= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Emissions other) => Milligrams.CompareTo(other.Milligrams);

    /// <summary>For people: grams with up to three decimals, which is exact.</summary>
    public override string ToString() => $"{QuantityMath.Format(Grams)} gCO2e";

    public static Emissions operator +(Emissions left, Emissions right) => new(checked(left.Milligrams + right.Milligrams));

    public static Emissions operator -(Emissions left, Emissions right) => new(checked(left.Milligrams - right.Milligrams));

    public static bool operator <(Emissions left, Emissions right) => left.Milligrams < right.Milligrams;

    public static bool operator >(Emissions left, Emissions right) => left.Milligrams > right.Milligrams;

    public static bool operator <=(Emissions left, Emissions right) => left.Milligrams <= right.Milligrams;

    public static bool operator >=(Emissions left, Emissions right) => left.Milligrams >= right.Milligrams;
}

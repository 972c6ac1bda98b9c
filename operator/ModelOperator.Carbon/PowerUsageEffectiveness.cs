namespace ModelOperator.Carbon;

/// <summary>
/// Power usage effectiveness (PUE): energy of the whole facility per energy of its IT equipment, dimensionless, in thousandths, at least 1.
/// The default value of this struct is exactly 1. Definition: ISO/IEC 30134-2.
/// </summary>
public readonly record struct PowerUsageEffectiveness
{
    private const int ThousandthsOfOne = 1_000;
    private const int MaxThousandths = 10_000;
    private readonly int excess;

    /// <summary>From thousandths: 1560 is a PUE of 1.56.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 or above 10.</exception>
    public PowerUsageEffectiveness(int thousandths)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(thousandths, ThousandthsOfOne);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(thousandths, MaxThousandths);
        excess = thousandths - ThousandthsOfOne;
    }

    /// <summary>A PUE of 1: IT equipment only, no overhead counted.</summary>
    public static PowerUsageEffectiveness None => default;

    /// <summary>1.56, the industry's average of the Uptime Institute's survey 2024; for a facility that does not say.</summary>
    public static PowerUsageEffectiveness IndustryAverage => new(1_560);

    /// <summary>The PUE in thousandths.</summary>
    public int Thousandths => excess + ThousandthsOfOne;

    /// <summary>The PUE as a factor.</summary>
    public double Factor => Thousandths / (double)ThousandthsOfOne;

    /// <summary>From a decimal such as 1.12; more than three decimals are rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 or above 10.</exception>
    public static PowerUsageEffectiveness From(decimal value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1m);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 10m);
        return new((int)QuantityMath.ToUnits(value * ThousandthsOfOne, Rounding.Up));
    }

    /// <summary>Energy of the facility for an amount of IT energy; exact integer arithmetic, rounded once.</summary>
    public Energy Apply(Energy itEnergy, Rounding rounding = Rounding.Nearest) =>
        new(QuantityMath.DivideToUnits((Int128)itEnergy.MilliwattHours * Thousandths, ThousandthsOfOne, rounding));

    /// <inheritdoc/>
    public override string ToString() => QuantityMath.Format(Thousandths / (decimal)ThousandthsOfOne);
}

namespace ModelOperator.Carbon;

/// <summary>The emissions caused by one kilowatt-hour, in whole milligrams of CO2e per kWh. Never negative.</summary>
public readonly record struct CarbonIntensity : IComparable<CarbonIntensity>
{
    /// <summary>From milligrams of CO2e per kWh.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public CarbonIntensity(long milligramsPerKilowattHour)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(milligramsPerKilowattHour);
        MilligramsPerKilowattHour = milligramsPerKilowattHour;
    }

    /// <summary>The intensity in mg CO2e per kWh.</summary>
    public long MilligramsPerKilowattHour { get; }

    /// <summary>The intensity in g CO2e per kWh, exact.</summary>
    public decimal GramsPerKilowattHour => MilligramsPerKilowattHour / 1_000m;

    /// <summary>From grams of CO2e per kWh, the unit of the published tables.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    /// <exception cref="OverflowException">More than the integers hold.</exception>
    public static CarbonIntensity FromGramsPerKilowattHour(decimal grams, Rounding rounding = Rounding.Nearest) =>
        new(QuantityMath.ToUnits(grams * 1_000m, rounding));

    /// <inheritdoc/>
    public int CompareTo(CarbonIntensity other) => MilligramsPerKilowattHour.CompareTo(other.MilligramsPerKilowattHour);

    /// <summary>For people: g/kWh with up to three decimals, which is exact.</summary>
    public override string ToString() => $"{QuantityMath.Format(GramsPerKilowattHour)} gCO2e/kWh";
}

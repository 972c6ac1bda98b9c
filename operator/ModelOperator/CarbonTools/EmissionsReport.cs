namespace ModelOperator.CarbonTools;

/// <summary>Emissions of energy over time, with what they were costed by.</summary>
internal sealed record EmissionsReport
{
    public required string Zone { get; init; }

    public required decimal Pue { get; init; }

    public required decimal Grams { get; init; }

    public required decimal GramsPerKilowattHour { get; init; }

    public required string IntensityQuality { get; init; }

    public required string IntensitySource { get; init; }
}

namespace ModelOperator.CarbonTools;

/// <summary>Estimate of a TrainingRun that starts now.</summary>
internal sealed record EstimateReport
{
    public required string Zone { get; init; }

    public required decimal KilowattHoursP50 { get; init; }

    public required decimal KilowattHoursP95 { get; init; }

    public required decimal GramsP50 { get; init; }

    public required decimal GramsP95 { get; init; }

    public required decimal GramsPerKilowattHour { get; init; }

    public string? Basis { get; init; }
}

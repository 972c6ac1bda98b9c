namespace ModelOperator.CarbonTools;

/// <summary>Intensity of a zone at a time.</summary>
internal sealed record IntensityReport
{
    public required string Zone { get; init; }

    public required string Signal { get; init; }

    public required decimal GramsPerKilowattHour { get; init; }

    public required string Quality { get; init; }

    public required string Source { get; init; }

    public required DateTimeOffset At { get; init; }
}

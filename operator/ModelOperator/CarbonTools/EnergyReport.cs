namespace ModelOperator.CarbonTools;

/// <summary>Energy of a device by its readings, and what it is worth.</summary>
internal sealed record EnergyReport
{
    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    public required decimal KilowattHours { get; init; }

    /// <summary>The part that was filled in.</summary>
    public required decimal EstimatedKilowattHours { get; init; }

    public required decimal CoveragePercent { get; init; }

    public required string Quality { get; init; }

    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>What it emitted; absent where only the energy was asked for.</summary>
    public EmissionsReport? Emissions { get; init; }
}

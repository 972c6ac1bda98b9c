namespace ModelOperator.CarbonTools;

/// <summary>The best time for work inside a window, by what is known now.</summary>
internal sealed record ScheduleReport
{
    public required string Zone { get; init; }

    public required string Signal { get; init; }

    public required IReadOnlyList<ScheduleStretch> Runs { get; init; }

    public required decimal GramsPerKilowattHour { get; init; }

    public required decimal ImmediateGramsPerKilowattHour { get; init; }

    public required decimal SavingPercent { get; init; }

    public required string Basis { get; init; }

    public required DateTimeOffset KnownUntil { get; init; }
}

namespace ModelOperator.CarbonTools;

/// <summary>One line of a file of readings. The same unit is used in the whole file; a unit's null is a read that failed.</summary>
internal sealed record MeterReading
{
    public required DateTimeOffset Time { get; init; }

    public double? Watts { get; init; }

    public ulong? Millijoules { get; init; }

    public ulong? Microjoules { get; init; }
}

namespace ModelOperator.Carbon.Metering;

/// <summary>One reading of an energy counter.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="Value">The counter in its own unit; null for a failed read, which is not the same as zero.</param>
public readonly record struct CounterReading(DateTimeOffset At, ulong? Value);

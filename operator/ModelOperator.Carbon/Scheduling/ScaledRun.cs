namespace ModelOperator.Carbon.Scheduling;

/// <summary>One stretch of work, [Start, End), by a number of workers.</summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded.</param>
/// <param name="Workers">How many; 1 at least.</param>
public readonly record struct ScaledRun(DateTimeOffset Start, DateTimeOffset End, int Workers);

namespace ModelOperator.Carbon.Scheduling;

/// <summary>One stretch of work, [Start, End).</summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded.</param>
public readonly record struct ScheduledRun(DateTimeOffset Start, DateTimeOffset End);

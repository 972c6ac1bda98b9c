namespace ModelOperator.CarbonTools;

/// <summary>One stretch of work.</summary>
/// <param name="Start">Start, included.</param>
/// <param name="End">End, excluded.</param>
internal sealed record ScheduleStretch(DateTimeOffset Start, DateTimeOffset End);

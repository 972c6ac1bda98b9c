namespace ModelOperator.Gateway.Routing;

/// <summary>A table that was not taken, or a source that could not be read; the last good table stays in force.</summary>
/// <param name="Revision">Its revision, when it could be read.</param>
/// <param name="Reason">Why, naming the field.</param>
/// <param name="At">When.</param>
public sealed record RejectedTable(string? Revision, string Reason, DateTimeOffset At);

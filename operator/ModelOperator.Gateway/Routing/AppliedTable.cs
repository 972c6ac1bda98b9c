namespace ModelOperator.Gateway.Routing;

/// <summary>The table in force.</summary>
/// <param name="Table">The table.</param>
/// <param name="At">Since when.</param>
public sealed record AppliedTable(RouteTable Table, DateTimeOffset At);

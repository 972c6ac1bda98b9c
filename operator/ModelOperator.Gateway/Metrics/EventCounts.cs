namespace ModelOperator.Gateway.Metrics;

/// <summary>What is counted of one event in one arm.</summary>
/// <param name="Events">Events, repeated ones too.</param>
/// <param name="Conversions">Users with at least one.</param>
/// <param name="Sum">Sum of the values of the users' first events.</param>
/// <param name="Squares">Sum of the squares of those values.</param>
public readonly record struct EventCounts(long Events, long Conversions, double Sum, double Squares);

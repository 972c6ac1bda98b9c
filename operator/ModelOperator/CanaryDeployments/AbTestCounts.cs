using System.Collections.Immutable;

namespace ModelOperator.CanaryDeployments;

/// <summary>Counts of one arm.</summary>
/// <param name="Users">Users seen.</param>
/// <param name="Metrics">Per metric: users with the event, sum of their first values, sum of the squares.</param>
public sealed record AbTestCounts(double Users, ImmutableArray<(double Conversions, double Sum, double Squares)> Metrics);

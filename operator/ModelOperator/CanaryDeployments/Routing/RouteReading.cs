using System.Collections.Immutable;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>What a user's route says of our two Services.</summary>
/// <param name="Pairs">Rules with both.</param>
/// <param name="Problem">Why it cannot be used.</param>
/// <param name="Pending">Why what it says is not in force yet.</param>
public sealed record RouteReading(ImmutableArray<RoutePair> Pairs, string? Problem, string? Pending);

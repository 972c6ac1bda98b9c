using System.Collections.Immutable;

namespace ModelOperator.CanaryDeployments;

/// <summary>What a look says.</summary>
/// <param name="Rows">One row per metric and arm.</param>
/// <param name="Winner">Arm that is shown to be better; null for none, or when it is too early to say.</param>
/// <param name="ControlWins">True when every other arm is shown to be worse.</param>
/// <param name="Least">Users in the smallest arm.</param>
public sealed record AbTestFinding(ImmutableArray<AbTestMetricStatus> Rows, string? Winner, bool ControlWins, long Least);

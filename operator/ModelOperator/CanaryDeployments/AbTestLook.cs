using System.Collections.Immutable;

namespace ModelOperator.CanaryDeployments;

/// <summary>What all gateways counted since the measurement began.</summary>
/// <param name="At">When.</param>
/// <param name="Arms">Counts per arm, the control first; empty with a problem.</param>
/// <param name="Problem">Why there are no counts; null when there are.</param>
public sealed record AbTestLook(DateTimeOffset At, ImmutableArray<AbTestCounts> Arms, string? Problem = null);

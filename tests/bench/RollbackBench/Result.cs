using System.Collections.Immutable;

namespace ModelOperator.RollbackBench;

/// <summary>One setting.</summary>
/// <param name="Setting">Traffic.</param>
/// <param name="TunedLimit">failureLimit that hindsight gives to the threshold.</param>
/// <param name="TunedChecks">Failed checks that hindsight gives to the counter.</param>
/// <param name="Rows">The rules.</param>
internal sealed record Result(Setting Setting, int TunedLimit, int TunedChecks, ImmutableArray<Row> Rows);

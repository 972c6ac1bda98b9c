using System.Collections.Immutable;

namespace ModelOperator.RollbackBench;

/// <summary>One rule: the healthy canary first, then one cell per ratio.</summary>
/// <param name="Rule">Name.</param>
/// <param name="Cells">Cells.</param>
internal sealed record Row(string Rule, ImmutableArray<Cell> Cells);

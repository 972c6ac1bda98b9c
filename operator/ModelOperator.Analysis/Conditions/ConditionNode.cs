using System.Collections.Immutable;

namespace ModelOperator.Analysis;

/// <summary>A node of a condition that was read: types are right, so evaluation cannot fail on them.</summary>
internal sealed record ConditionNode(ConditionOp Op, ConditionType Type, int Column, ImmutableArray<ConditionNode> Operands, double Number = 0);

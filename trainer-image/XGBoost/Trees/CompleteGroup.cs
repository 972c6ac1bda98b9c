namespace ModelOperator.XGBoost.Trees;

/// <summary>Eight complete trees of one depth, one behind the other.</summary>
/// <param name="Start">Where their nodes and their leaves begin; each tree has 2^depth of either, the first node being unused.</param>
/// <param name="Depth">Steps to every leaf.</param>
/// <param name="Class">The class that they add to; 0 where there is one prediction per row.</param>
internal readonly record struct CompleteGroup(int Start, int Depth, int Class);

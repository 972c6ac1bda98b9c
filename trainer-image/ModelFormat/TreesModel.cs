namespace ModelOperator.ModelFormat;

/// <summary>An ensemble of trees. A row's sums go through the link that its target's type has.</summary>
/// <param name="Columns">Of a row.</param>
/// <param name="Outputs">Predictions per row: one, or one per class.</param>
/// <param name="BaseMargin">The sums before the first tree.</param>
/// <param name="Target">The target's type.</param>
/// <param name="Trees">In the order in which they are added.</param>
public sealed record TreesModel(int Columns, int Outputs, float BaseMargin, TargetType Target, IReadOnlyList<FlatTree> Trees)
{
    /// <summary>Nodes of all trees.</summary>
    public long Nodes => Trees.Sum(static tree => (long)tree.Slots.Length);
}

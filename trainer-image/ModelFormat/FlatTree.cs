namespace ModelOperator.ModelFormat;

/// <summary>A tree, breadth first, children side by side: those of the n-th split are the nodes 2n + 1 and 2n + 2, so no node needs to name them.</summary>
/// <param name="Class">The prediction of a row that it adds to.</param>
/// <param name="Slots">Of each node 2 · column, plus one where a missing value goes right; 2 · (number of columns) of a leaf.</param>
/// <param name="Values">Of each node the threshold (left where value &lt; threshold), or what the leaf adds.</param>
public sealed record FlatTree(int Class, ReadOnlyMemory<ushort> Slots, ReadOnlyMemory<float> Values)
{
    /// <summary>Of each node how much its split lowered the training loss, 0 of a leaf; null where it is not known.</summary>
    public ReadOnlyMemory<float>? Gains { get; init; }

    /// <summary>Of each node the sum of the second derivatives of its training rows; null where it is not known.</summary>
    public ReadOnlyMemory<float>? Covers { get; init; }
}

using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Measures trees.</summary>
internal static class TreeShape
{
    /// <summary>The steps to the farthest leaf.</summary>
    internal static int Depth(FlatTree tree, int columns)
    {
        var slots = tree.Slots.Span;
        // Where the next split's left child stands, and where the last node of the depth.
        var (left, depth, last) = (1, 0, 0);
        for (var place = 0; place < slots.Length; place++)
        {
            if (place > last)
                (depth, last) = (depth + 1, left - 1);
            left += slots[place] == 2 * columns ? 0 : 2;
        }

        return depth;
    }
}

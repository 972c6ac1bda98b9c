using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Fills trees up and lays them out, by class, in eights of one depth.</summary>
internal static unsafe class CompleteLayout
{
    // What a vector may read behind the last leaf.
    private const int Spare = 32;

    // Times the memory of the trees as they are. Trees of few long branches would take more when filled up.
    private const int MostGrowth = 3;

    /// <param name="model">The trees.</param>
    /// <param name="path">How they are walked; null for the fastest.</param>
    /// <returns>Null where they are too deep or too sparse, or have too many thresholds.</returns>
    internal static CompleteTrees? Of(TreesModel model, TreePath? path = null)
    {
        var depths = new int[model.Trees.Count];
        var (deepest, counts, eights) = (RowBlock.SubtreeDepth, new int[model.Outputs], 0);
        for (var tree = 0; tree < depths.Length; tree++)
        {
            depths[tree] = Math.Max(RowBlock.SubtreeDepth, TreeShape.Depth(model.Trees[tree], model.Columns));
            deepest = Math.Max(deepest, depths[tree]);
            eights += counts[model.Trees[tree].Class]++ % CompleteTrees.Side == 0 ? 1 : 0;
        }

        if (deepest > TreePaths.DeepestComplete)
            return null;
        var groups = new CompleteGroup[eights];
        var places = Places(model, depths, groups, out var size);
        if ((sizeof(CompleteNode) + sizeof(float)) * (long)size > MostGrowth * sizeof(SparseNode) * Math.Max(model.Nodes, CompleteTrees.Side << RowBlock.SubtreeDepth) || ColumnRanks.Of(model) is not { } ranks)
            return null;
        var way = path ?? TreePaths.Best(deepest);
        var nodes = GC.AllocateArray<CompleteNode>(size, pinned: true);
        var leaves = GC.AllocateUninitializedArray<float>(size + Spare, pinned: true);
        // Trees that fill up an eight add minus zero, which changes no sum, not even one of minus zero.
        Array.Fill(leaves, -0f);
        for (var tree = 0; tree < depths.Length; tree++)
        {
            var (group, place) = places[tree];
            var (start, length) = (groups[group].Start + (place << groups[group].Depth), 1 << groups[group].Depth);
            Fill(model.Trees[tree], model.Columns, ranks, CompleteTrees.RowsOf(way), nodes.AsSpan(start, length), leaves.AsSpan(start, length));
        }

        return new CompleteTrees(model, ranks, nodes, leaves, groups, way);
    }

    // Of each tree its eight and its place in that.
    private static (int Group, int Place)[] Places(TreesModel model, int[] depths, CompleteGroup[] groups, out int size)
    {
        var places = new (int Group, int Place)[depths.Length];
        (size, var group) = (0, 0);
        for (var index = 0; index < model.Outputs; index++)
        {
            var (place, depth) = (0, 0);
            for (var tree = 0; tree < depths.Length; tree++)
            {
                if (model.Trees[tree].Class != index)
                    continue;
                places[tree] = (group, place++);
                depth = Math.Max(depth, depths[tree]);
                if (place == CompleteTrees.Side)
                    Close(index, ref place, ref depth, ref size);
            }

            if (place > 0)
                Close(index, ref place, ref depth, ref size);
        }

        return places;

        void Close(int index, ref int place, ref int depth, ref int size)
        {
            groups[group++] = new CompleteGroup(size, depth, index);
            size += CompleteTrees.Side << depth;
            (place, depth) = (0, 0);
        }
    }

    // Below a leaf that stands higher, all leaves are the same, and nodes choose among them as they like.
    private static void Fill(FlatTree tree, int columns, ColumnRanks ranks, int stride, Span<CompleteNode> nodes, Span<float> leaves)
    {
        var slots = tree.Slots.Span;
        var values = tree.Values.Span;
        var place = new int[slots.Length];
        place[0] = 1;
        for (int node = 0, left = 1; node < slots.Length; node++)
        {
            if (slots[node] == 2 * columns)
            {
                var (first, width) = (place[node], 1);
                for (; first < leaves.Length; first *= 2)
                    width *= 2;
                leaves.Slice(first - leaves.Length, width).Fill(values[node]);
                continue;
            }

            nodes[place[node]] = ranks.Node(slots[node], values[node], stride);
            (place[left], place[left + 1]) = (2 * place[node], (2 * place[node]) + 1);
            left += 2;
        }
    }
}

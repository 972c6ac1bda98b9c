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
        var depths = model.Trees.Select(tree => TreeShape.Depth(tree, model.Columns)).ToArray();
        var deepest = Math.Max(RowBlock.SubtreeDepth, depths.DefaultIfEmpty(0).Max());
        if (deepest > TreePaths.DeepestComplete)
            return null;
        List<(CompleteGroup Group, int[] Trees)> eights = [];
        var size = 0;
        for (var index = 0; index < model.Outputs; index++)
        {
            foreach (var eight in Enumerable.Range(0, model.Trees.Count).Where(tree => model.Trees[tree].Class == index).Chunk(CompleteTrees.Side))
            {
                var depth = Math.Max(RowBlock.SubtreeDepth, eight.Max(tree => depths[tree]));
                eights.Add((new CompleteGroup(size, depth, index), eight));
                size += CompleteTrees.Side << depth;
            }
        }

        if ((sizeof(CompleteNode) + sizeof(float)) * (long)size > MostGrowth * sizeof(SparseNode) * Math.Max(model.Nodes, CompleteTrees.Side << RowBlock.SubtreeDepth) || ColumnRanks.Of(model) is not { } ranks)
            return null;
        var way = path ?? TreePaths.Best(deepest);
        var nodes = Nodes(model, ranks, eights, size, CompleteTrees.RowsOf(way), out var leaves);
        return new CompleteTrees(model, ranks, nodes, leaves, [.. eights.Select(static eight => eight.Group)], way);
    }

    private static CompleteNode[] Nodes(TreesModel model, ColumnRanks ranks, List<(CompleteGroup Group, int[] Trees)> eights, int size, int stride, out float[] leaves)
    {
        var nodes = GC.AllocateArray<CompleteNode>(size, pinned: true);
        leaves = GC.AllocateUninitializedArray<float>(size + Spare, pinned: true);
        // Trees that fill up an eight add minus zero, which changes no sum, not even one of minus zero.
        Array.Fill(leaves, -0f);
        foreach (var (group, trees) in eights)
        {
            for (var i = 0; i < trees.Length; i++)
            {
                var (start, length) = (group.Start + (i << group.Depth), 1 << group.Depth);
                Fill(model.Trees[trees[i]], model.Columns, ranks, stride, nodes.AsSpan(start, length), leaves.AsSpan(start, length));
            }
        }

        return nodes;
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

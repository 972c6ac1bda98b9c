using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Lays trees out as they are: one behind the other, by class, in eights.</summary>
internal static class SparseLayout
{
    /// <exception cref="NotSupportedException">A tree is too wide.</exception>
    internal static SparseTrees Of(TreesModel model)
    {
        var nodes = new List<SparseNode>((int)Math.Min(model.Nodes + (SparseTrees.Side * model.Outputs), Array.MaxLength));
        var roots = new List<int>();
        var depths = new List<int>();
        var classes = new List<int>();
        for (var index = 0; index < model.Outputs; index++)
        {
            foreach (var eight in Enumerable.Range(0, model.Trees.Count).Where(tree => model.Trees[tree].Class == index).Chunk(SparseTrees.Side))
            {
                depths.Add(AppendEight(model, eight, nodes, roots));
                classes.Add(index);
            }
        }

        var pinned = GC.AllocateUninitializedArray<SparseNode>(nodes.Count, pinned: true);
        nodes.CopyTo(pinned);
        return new SparseTrees(model, pinned, [.. roots], [.. depths], [.. classes]);
    }

    /// <returns>The depth of the deepest.</returns>
    private static int AppendEight(TreesModel model, int[] which, List<SparseNode> nodes, List<int> roots)
    {
        var deepest = 0;
        foreach (var index in which)
        {
            roots.Add(nodes.Count);
            Append(model.Trees[index], index, model.Columns, nodes);
            deepest = Math.Max(deepest, TreeShape.Depth(model.Trees[index], model.Columns));
        }

        // Trees of one leaf fill up the last eight. Adding minus zero changes no sum, not even one of minus zero.
        for (var filled = which.Length; filled < SparseTrees.Side; filled++, nodes.Add(new SparseNode(-0f, (ushort)(2 * model.Columns), 0)))
            roots.Add(nodes.Count);
        return deepest;
    }

    private static void Append(FlatTree tree, int index, int columns, List<SparseNode> nodes)
    {
        var slots = tree.Slots.Span;
        var values = tree.Values.Span;
        // Where the next split's left child stands.
        var left = 1;
        for (var place = 0; place < slots.Length; place++)
        {
            var isLeaf = slots[place] == 2 * columns;
            var toLeft = isLeaf ? 0 : left - place;
            if (toLeft > SparseNode.Most)
                throw new NotSupportedException($"tree {index} is {toLeft} nodes wide");
            nodes.Add(new SparseNode(values[place], slots[place], (ushort)toLeft));
            left += isLeaf ? 0 : 2;
        }
    }
}

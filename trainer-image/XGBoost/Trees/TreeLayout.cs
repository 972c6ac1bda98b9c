using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Lays trees out for the walk: one behind the other, by class, in eights.</summary>
internal static class TreeLayout
{
    /// <inheritdoc cref="TreeEnsemble.Of"/>
    internal static TreeEnsemble Of(TreesModel model)
    {
        var nodes = new List<TreeNode>((int)Math.Min(model.Nodes + (TreeEnsemble.Side * model.Outputs), Array.MaxLength));
        var roots = new List<int>();
        var depths = new List<int>();
        var classes = new List<int>();
        for (var index = 0; index < model.Outputs; index++)
        {
            foreach (var eight in Enumerable.Range(0, model.Trees.Count).Where(tree => model.Trees[tree].Class == index).Chunk(TreeEnsemble.Side))
            {
                depths.Add(AppendEight(model, eight, nodes, roots));
                classes.Add(index);
            }
        }

        var pinned = GC.AllocateUninitializedArray<TreeNode>(nodes.Count, pinned: true);
        nodes.CopyTo(pinned);
        return new TreeEnsemble(model.Columns, pinned, [.. roots], [.. depths], [.. classes], model.Outputs, model.BaseMargin, model.Target);
    }

    /// <returns>The depth of the deepest.</returns>
    private static int AppendEight(TreesModel model, int[] which, List<TreeNode> nodes, List<int> roots)
    {
        var deepest = 0;
        foreach (var index in which)
        {
            roots.Add(nodes.Count);
            deepest = Math.Max(deepest, Append(model.Trees[index], index, model.Columns, nodes));
        }

        // Trees of one leaf fill up the last eight. Adding minus zero changes no sum, not even one of minus zero.
        for (var filled = which.Length; filled < TreeEnsemble.Side; filled++, nodes.Add(new TreeNode(-0f, (ushort)(2 * model.Columns), 0)))
            roots.Add(nodes.Count);
        return deepest;
    }

    /// <returns>The tree's depth: the steps to the farthest leaf.</returns>
    private static int Append(FlatTree tree, int index, int columns, List<TreeNode> nodes)
    {
        var slots = tree.Slots.Span;
        var values = tree.Values.Span;
        // Where the next split's left child stands, and where the last node of the depth.
        var (left, depth, last) = (1, 0, 0);
        for (var place = 0; place < slots.Length; place++)
        {
            if (place > last)
                (depth, last) = (depth + 1, left - 1);
            var isLeaf = slots[place] == 2 * columns;
            var toLeft = isLeaf ? 0 : left - place;
            if (toLeft > TreeNode.Most)
                throw new NotSupportedException($"tree {index} is {toLeft} nodes wide");
            nodes.Add(new TreeNode(values[place], slots[place], (ushort)toLeft));
            left += isLeaf ? 0 : 2;
        }

        return depth;
    }
}

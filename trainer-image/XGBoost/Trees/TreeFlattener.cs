namespace ModelOperator.XGBoost.Trees;

/// <summary>Lays one tree out breadth first, children side by side, and checks it on the way.</summary>
internal sealed class TreeFlattener
{
    private readonly int _index;
    private readonly int _columns;
    private readonly long[] _left;
    private readonly long[] _right;
    private readonly long[] _splits;
    private readonly long[] _defaultLeft;
    private readonly float[] _conditions;

    internal TreeFlattener(object? tree, int index, int columns)
    {
        (_index, _columns) = (index, columns);
        _left = TreeEnsembleReader.Member<long[]>(tree, "left_children");
        _right = TreeEnsembleReader.Member<long[]>(tree, "right_children");
        _splits = TreeEnsembleReader.Member<long[]>(tree, "split_indices");
        _defaultLeft = TreeEnsembleReader.Member<long[]>(tree, "default_left");
        _conditions = TreeEnsembleReader.Member<float[]>(tree, "split_conditions");
        if (TreeEnsembleReader.Member<long[]>(tree, "split_type").Any(type => type != 0))
            throw new NotSupportedException($"tree {index} has categorical splits");
        var size = TreeEnsembleReader.Member<string>(TreeEnsembleReader.Member<Dictionary<string, object?>>(tree, "tree_param"), "size_leaf_vector");
        if (size is not ("0" or "1"))
            throw new NotSupportedException($"tree {index} has leaves of {size} values");
        if (_left.Length == 0 || _right.Length != _left.Length || _splits.Length != _left.Length || _defaultLeft.Length != _left.Length || _conditions.Length != _left.Length)
            throw new FormatException($"the arrays of tree {index} differ in length");
    }

    internal static TreeNode Leaf(float value, int columns) => new(value, (ushort)(2 * columns), 0);

    /// <summary>Appends the tree.</summary>
    /// <returns>Its depth: the steps to the farthest leaf.</returns>
    internal int AppendTo(List<TreeNode> nodes)
    {
        var first = nodes.Count;
        // Nodes in the order of their places, with their depth.
        var order = new List<(int Node, int Depth)> { (0, 0) };
        for (var place = 0; place < order.Count; place++)
        {
            var (node, depth) = order[place];
            if (_left[node] < 0)
            {
                nodes.Add(Leaf(Finite(_conditions[node]), _columns));
                continue;
            }

            nodes.Add(Split(node, order.Count - place));
            order.Add((Child(_left[node]), depth + 1));
            order.Add((Child(_right[node]), depth + 1));
            if (order.Count > _left.Length)
                throw new FormatException($"tree {_index} has a node with two parents");
        }

        return nodes.Count > first ? order[^1].Depth : 0;
    }

    private TreeNode Split(int node, int toLeft)
    {
        if (_splits[node] < 0 || _splits[node] >= _columns)
            throw new FormatException($"tree {_index} splits column {_splits[node]} of {_columns}");
        if (toLeft > TreeNode.Most)
            throw new NotSupportedException($"tree {_index} is {toLeft} nodes wide");
        return new TreeNode(Finite(_conditions[node]), (ushort)((2 * _splits[node]) + (_defaultLeft[node] != 0 ? 0 : 1)), (ushort)toLeft);
    }

    private int Child(long node) => node > 0 && node < _left.Length ? (int)node : throw new FormatException($"tree {_index} has a child {node} of {_left.Length} nodes");

    // Missing values are fed as infinities, which a threshold must not equal.
    private float Finite(float value) => float.IsFinite(value) ? value : throw new NotSupportedException($"tree {_index} holds {value}");
}

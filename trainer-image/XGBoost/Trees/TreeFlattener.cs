using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Lays one tree out breadth first, children side by side, and checks it on the way.</summary>
internal sealed class TreeFlattener
{
    private readonly object? _tree;
    private readonly int _index;
    private readonly int _columns;
    private readonly long[] _left;
    private readonly long[] _right;
    private readonly long[] _splits;
    private readonly long[] _defaultLeft;
    private readonly float[] _conditions;

    internal TreeFlattener(object? tree, int index, int columns)
    {
        (_tree, _index, _columns) = (tree, index, columns);
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

    /// <summary>The tree, as if it added to class 0.</summary>
    /// <param name="weighed">Whether gains and covers are wanted.</param>
    internal FlatTree Flatten(bool weighed)
    {
        var order = new List<int>(_left.Length) { 0 };
        for (var place = 0; place < order.Count; place++)
        {
            var node = order[place];
            if (_left[node] < 0)
                continue;
            order.Add(Child(_left[node]));
            order.Add(Child(_right[node]));
            if (order.Count > _left.Length)
                throw new FormatException($"tree {_index} has a node with two parents");
        }

        return new FlatTree(0, order.Select(Slot).ToArray(), order.Select(node => Finite(_conditions[node])).ToArray())
        {
            Gains = weighed ? Of("loss_changes", order) : null,
            Covers = weighed ? Of("sum_hessian", order) : null,
        };
    }

    private ushort Slot(int node)
    {
        if (_left[node] < 0)
            return (ushort)(2 * _columns);
        return _splits[node] >= 0 && _splits[node] < _columns
            ? (ushort)((2 * _splits[node]) + (_defaultLeft[node] != 0 ? 0 : 1))
            : throw new FormatException($"tree {_index} splits column {_splits[node]} of {_columns}");
    }

    private float[] Of(string name, List<int> order)
    {
        var values = TreeEnsembleReader.Member<float[]>(_tree, name);
        return values.Length == _left.Length ? [.. order.Select(node => values[node])] : throw new FormatException($"the arrays of tree {_index} differ in length");
    }

    private int Child(long node) => node > 0 && node < _left.Length ? (int)node : throw new FormatException($"tree {_index} has a child {node} of {_left.Length} nodes");

    // Missing values are fed as infinities, which a threshold must not equal.
    private float Finite(float value) => float.IsFinite(value) ? value : throw new NotSupportedException($"tree {_index} holds {value}");
}

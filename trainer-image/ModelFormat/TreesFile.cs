using System.Runtime.InteropServices;

namespace ModelOperator.ModelFormat;

/// <summary>
/// Trees as a safetensors file: columns, outputs (I32), base.margin (F32); of each tree trees.nodes and trees.class (I32); of each node, tree by tree and in each
/// breadth first, nodes.slot (U8 or U16: 2 x column, plus one where a missing value goes right, 2 x columns for a leaf); cuts.count (I32, per column) and
/// cuts (F32, ascending per column), the thresholds, of which splits.cut (U8 or U16) names one for each split; of each leaf leaves.value (F32), or leaves.code
/// (I16) times its tree's trees.scale (F32). Children are not written: those of a tree's n-th split are its nodes 2n + 1 and 2n + 2.
/// </summary>
public static class TreesFile
{
    private const int MostDistinct = ushort.MaxValue + 1;
    private const int MostOutputs = 1000;

    /// <param name="model">The trees.</param>
    /// <param name="rounded">Leaves are written in 16 bits: for trees that were rounded so.</param>
    /// <exception cref="NotSupportedException">A column has more thresholds than 16 bits can tell apart.</exception>
    public static byte[] Write(TreesModel model, bool rounded = false)
    {
        var cuts = Cuts(model);
        List<ushort> slots = [], splits = [];
        List<float> leaves = [];
        List<short> codes = [];
        List<float> scales = [];
        foreach (var tree in model.Trees)
        {
            scales.Add(rounded ? TreesRounding.Scale(tree, model.Columns) : 0);
            for (var node = 0; node < tree.Slots.Length; node++)
            {
                var (slot, value) = (tree.Slots.Span[node], tree.Values.Span[node]);
                slots.Add(slot);
                if (slot < 2 * model.Columns)
                    splits.Add((ushort)Array.BinarySearch(cuts[slot / 2], value));
                else if (rounded)
                    codes.Add(TreesRounding.Code(value, scales[^1]));
                else
                    leaves.Add(value);
            }
        }

        List<Tensor> tensors =
        [
            Tensor.Of<int>("columns", "I32", [model.Columns]),
            Tensor.Of<int>("outputs", "I32", [model.Outputs]),
            Tensor.Of<float>("base.margin", "F32", [model.BaseMargin]),
            Tensor.Of<int>("trees.nodes", "I32", [.. model.Trees.Select(static tree => tree.Slots.Length)]),
            Tensor.Of<int>("trees.class", "I32", [.. model.Trees.Select(static tree => tree.Class)]),
            Tensor.Of<int>("cuts.count", "I32", [.. cuts.Select(static column => column.Length)]),
            Tensor.Of<float>("cuts", "F32", [.. cuts.SelectMany(static column => column)]),
        ];
        if (rounded)
            tensors.AddRange([Tensor.Of("trees.scale", "F32", (ReadOnlySpan<float>)CollectionsMarshal.AsSpan(scales)), Tensor.Of("leaves.code", "I16", (ReadOnlySpan<short>)CollectionsMarshal.AsSpan(codes))]);
        else
            tensors.Add(Tensor.Of("leaves.value", "F32", (ReadOnlySpan<float>)CollectionsMarshal.AsSpan(leaves)));
        // Single bytes last, so that wider numbers are aligned.
        List<Tensor> narrow = [Integers("nodes.slot", slots, 2 * model.Columns), Integers("splits.cut", splits, cuts.Select(static column => column.Length - 1).DefaultIfEmpty().Max())];
        tensors.AddRange(narrow.OrderByDescending(static tensor => tensor.Type.Length));
        return TensorFile.Write([("format", ModelDocument.TreesFormatName)], tensors);
    }

    /// <param name="bytes">The file.</param>
    /// <param name="target">The type of the target, which says what becomes of the sums.</param>
    /// <exception cref="ModelFormatException">The file is malformed, or contradicts itself.</exception>
    public static TreesModel Read(ReadOnlyMemory<byte> bytes, TargetType target)
    {
        using var file = new TensorFile(ModelDocument.TreesFileName, bytes);
        var (columns, outputs) = (file.Vector<int>("columns", "I32", 1)[0], file.Vector<int>("outputs", "I32", 1)[0]);
        var nodes = file.Vector<int>("trees.nodes", "I32");
        var classes = file.Vector<int>("trees.class", "I32", nodes.Length);
        if (columns < 1 || 2L * columns > ushort.MaxValue || outputs is < 1 or > MostOutputs || nodes.Any(static count => count < 1) || classes.Any(index => index < 0 || index >= outputs))
            throw file.Malformed("columns, outputs, trees.nodes or trees.class are out of range");
        var all = nodes.Sum(static count => (long)count);
        var slots = Integers(file, "nodes.slot", all <= int.MaxValue ? (int)all : throw file.Malformed($"there are {all} nodes"));
        var splits = slots.Count(slot => slot < 2 * columns);
        var scales = file.TypeOf("trees.scale") is null ? null : file.Vector<float>("trees.scale", "F32", nodes.Length);
        var content = new Content(
            file, columns, slots, Integers(file, "splits.cut", splits), file.Vector<int>("cuts.count", "I32", columns), file.Vector<float>("cuts", "F32"),
            scales is null ? file.Vector<float>("leaves.value", "F32", slots.Length - splits) : [],
            scales is null ? [] : file.Vector<short>("leaves.code", "I16", slots.Length - splits));
        var trees = new FlatTree[nodes.Length];
        for (var tree = 0; tree < trees.Length; tree++)
            trees[tree] = content.Tree(classes[tree], nodes[tree], scales?[tree]);
        return new TreesModel(columns, outputs, file.Vector<float>("base.margin", "F32", 1)[0], target, trees);
    }

    private static float[][] Cuts(TreesModel model)
    {
        var found = Enumerable.Range(0, model.Columns).Select(_ => new HashSet<float>()).ToArray();
        foreach (var tree in model.Trees)
        {
            for (var node = 0; node < tree.Slots.Length; node++)
            {
                if (tree.Slots.Span[node] < 2 * model.Columns)
                    found[tree.Slots.Span[node] / 2].Add(tree.Values.Span[node]);
            }
        }

        return Array.ConvertAll<HashSet<float>, float[]>(found, static column => column.Count <= MostDistinct
            ? [.. column.Order()]
            : throw new NotSupportedException($"a column with {column.Count} thresholds, {MostDistinct} are the most"));
    }

    private static Tensor Integers(string name, List<ushort> values, int most) => most <= byte.MaxValue
        ? Tensor.Of<byte>(name, "U8", [.. values.Select(static value => (byte)value)])
        : Tensor.Of(name, "U16", (ReadOnlySpan<ushort>)CollectionsMarshal.AsSpan(values));

    private static ushort[] Integers(TensorFile file, string name, int length) => file.TypeOf(name) == "U8"
        ? Array.ConvertAll(file.Vector<byte>(name, "U8", length), static value => (ushort)value)
        : file.Vector<ushort>(name, "U16", length);

    private sealed class Content(TensorFile file, int columns, ushort[] slots, ushort[] splits, int[] counts, float[] cuts, float[] leaves, short[] codes)
    {
        private readonly int[] _begins = Begins(file, counts, cuts.Length);
        private int _node;
        private int _split;
        private int _leaf;

        internal FlatTree Tree(int index, int nodes, float? scale)
        {
            var own = slots.AsMemory(_node, nodes);
            var values = new float[nodes];
            var firstSplit = _split;
            for (var node = 0; node < nodes; node++)
            {
                if (node > 2 * (_split - firstSplit))
                    throw file.Malformed($"node {node} of a tree is nobody's child");
                values[node] = own.Span[node] < 2 * columns ? Cut(own.Span[node] / 2) : Leaf(own.Span[node], scale);
            }

            _node += nodes;
            return nodes == (2 * (_split - firstSplit)) + 1
                ? new FlatTree(index, own, values)
                : throw file.Malformed($"a tree of {nodes} nodes has {_split - firstSplit} splits");
        }

        private float Cut(int column)
        {
            var cut = splits[_split++];
            return cut < counts[column] && float.IsFinite(cuts[_begins[column] + cut]) ? cuts[_begins[column] + cut] : throw file.Malformed($"column {column} has no cut {cut}");
        }

        private float Leaf(ushort slot, float? scale)
        {
            var value = scale is { } worth ? codes[_leaf] * worth : leaves[_leaf];
            _leaf++;
            return slot == 2 * columns && float.IsFinite(value) ? value : throw file.Malformed($"a leaf has slot {slot} and value {value}");
        }

        private static int[] Begins(TensorFile file, int[] counts, int cuts)
        {
            var begins = new int[counts.Length];
            long at = 0;
            for (var column = 0; column < counts.Length; column++)
            {
                if (counts[column] < 0 || at > cuts)
                    throw file.Malformed("cuts.count is out of range");
                begins[column] = (int)at;
                at += counts[column];
            }

            return at == cuts ? begins : throw file.Malformed($"cuts.count speaks of {at} cuts, there are {cuts}");
        }
    }
}

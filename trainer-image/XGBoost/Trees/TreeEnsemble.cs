using System.Buffers;
using System.Runtime.CompilerServices;
using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>
/// Trees that are walked here instead of in libxgboost, whose call costs some 100 microseconds for one row. The numbers are the same to the last bit:
/// 32-bit comparisons (left where value &lt; threshold), leaves added to the base margin in the order of the trees in 32 bits, the same exp of the C library.
/// Immutable: any number of threads may predict at once.
/// </summary>
/// <remarks>
/// A missing value (NaN) goes in its node's default direction. Each column has two slots, which differ only for NaN: minus infinity in the one that
/// nodes with default left read, plus infinity in the other; so the walk needs no test for NaN. Eight trees are walked side by side, since a single
/// walk would wait for memory at every node.
/// </remarks>
public sealed unsafe class TreeEnsemble
{
    internal const int Side = 8;

    private const int BlockRows = 64;
    private const int MostStackSlots = 4096;

    private readonly TreeNode[] _nodes;
    private readonly int[] _roots;
    private readonly int[] _depths;
    private readonly int[] _classes;
    private readonly float _base;
    private readonly TargetType _target;

    /// <param name="columns">Columns of a row.</param>
    /// <param name="nodes">The trees one behind the other, on the pinned heap.</param>
    /// <param name="roots">Where each tree begins; a multiple of eight of them.</param>
    /// <param name="depths">Of each eight trees, the deepest one's depth.</param>
    /// <param name="classes">Of each eight trees, the class that they add to; all 0 where there is one prediction per row.</param>
    /// <param name="outputs">Predictions per row.</param>
    /// <param name="baseMargin">The sum before the first tree.</param>
    /// <param name="target">What becomes of the sums.</param>
    internal TreeEnsemble(int columns, TreeNode[] nodes, int[] roots, int[] depths, int[] classes, int outputs, float baseMargin, TargetType target)
    {
        (Columns, Outputs) = (columns, outputs);
        (_nodes, _roots, _depths, _classes, _base, _target) = (nodes, roots, depths, classes, baseMargin, target);
    }

    /// <summary>Columns of a row.</summary>
    public int Columns { get; }

    /// <summary>Predictions per row: one, or one per class.</summary>
    public int Outputs { get; }

    /// <summary>Bytes of memory that it holds, but for some hundred.</summary>
    public long HeldBytes => ((long)sizeof(TreeNode) * _nodes.Length) + (sizeof(int) * ((long)_roots.Length + _depths.Length + _classes.Length));

    private int Slots => (2 * Columns) + 1;

    /// <summary>Reads the trees out of a model.</summary>
    /// <exception cref="NotSupportedException">The model is sound, but has something that is not walked here; the message says what.</exception>
    /// <exception cref="FormatException">The model cannot be read.</exception>
    public static TreeEnsemble Read(ReadOnlySpan<byte> model, int columns) => Of(TreeEnsembleReader.Read(model, columns, weighed: false));

    /// <summary>Reads what a model's directory holds in format modelop/trees-v1.</summary>
    /// <exception cref="ModelFormatException">It is malformed, or contradicts itself or model.json.</exception>
    public static TreeEnsemble Read(ModelBundle bundle)
    {
        var (columns, target) = (bundle.Document.Columns.Count(), bundle.Document.Target);
        var model = TreesFile.Read(bundle.Learned, target.Type);
        if (model.Columns != columns || model.Outputs != target.Outputs)
            throw new ModelFormatException(
                $"{bundle.Document.Learner.File} has {model.Columns} columns and {model.Outputs} outputs, {ModelDocument.FileName} {columns} and {target.Outputs}");
        try
        {
            return Of(model);
        }
        catch (NotSupportedException failure)
        {
            throw new ModelFormatException($"{bundle.Document.Learner.File}: {failure.Message}", failure);
        }
    }

    /// <summary>Lays trees out for the walk.</summary>
    /// <exception cref="NotSupportedException">A tree is too wide.</exception>
    public static TreeEnsemble Of(TreesModel model) => TreeLayout.Of(model);

    /// <summary>Predicts rows (row-major, NaN is missing), <see cref="Outputs"/> predictions each.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Predict(ReadOnlySpan<float> rows, Span<float> predictions)
    {
        var all = predictions.Length / Outputs;
        if (rows.Length != (long)all * Columns || predictions.Length != all * Outputs)
            throw new ArgumentException($"{rows.Length} values of {Columns} columns for {predictions.Length} predictions, {Outputs} a row", nameof(rows));
        var block = Math.Max(1, Math.Min(Math.Min(BlockRows, all), MostStackSlots / Slots));
        var needed = block * Slots;
        var rented = needed > MostStackSlots ? ArrayPool<float>.Shared.Rent(needed) : null;
        var slots = rented ?? stackalloc float[needed];
        for (var start = 0; start < all; start += block)
        {
            var count = Math.Min(block, all - start);
            Spread(rows.Slice(start * Columns, count * Columns), slots);
            Sum(slots, predictions.Slice(start * Outputs, count * Outputs));
        }

        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
        if (_target == TargetType.Binary)
            ToProbabilities(predictions);
        else if (_target == TargetType.Multiclass)
            ToClassProbabilities(predictions);
    }

    /// <summary>The thresholds that a column is compared with, for choosing rows that reach every branch.</summary>
    internal float[] Thresholds(int column)
    {
        var found = new HashSet<float>();
        foreach (var node in _nodes)
        {
            if (!node.IsLeaf(Columns) && node.Column == column)
                found.Add(node.Threshold);
        }

        return [.. found];
    }

    // XGBoost's Sigmoid, with its epsilon and its bound against overflow.
    private static void ToProbabilities(Span<float> sums)
    {
        foreach (ref var sum in sums)
            sum = 1 / (MathF.Exp(MathF.Min(-sum, 88.7f)) + 1 + 1e-16f);
    }

    // XGBoost's Softmax: exponentials in 32 bits, their sum in 64.
    private void ToClassProbabilities(Span<float> sums)
    {
        for (; sums.Length > 0; sums = sums[Outputs..])
        {
            var row = sums[..Outputs];
            var most = row[0];
            foreach (var sum in row)
                most = MathF.Max(most, sum);
            double all = 0;
            foreach (ref var sum in row)
                all += sum = MathF.Exp(sum - most);
            foreach (ref var sum in row)
                sum /= (float)all;
        }
    }

    private void Spread(ReadOnlySpan<float> rows, Span<float> slots)
    {
        var to = 0;
        for (var from = 0; from < rows.Length;)
        {
            for (var column = 0; column < Columns; column++)
            {
                var value = rows[from++];
                slots[to++] = float.IsNaN(value) ? float.NegativeInfinity : value;
                slots[to++] = float.IsNaN(value) ? float.PositiveInfinity : value;
            }

            slots[to++] = float.NegativeInfinity;
        }
    }

    [SkipLocalsInit]
    private void Sum(Span<float> slots, Span<float> sums)
    {
        sums.Fill(_base);
        fixed (TreeNode* nodes = _nodes)
        fixed (float* first = slots)
        {
            for (var group = 0; group < _depths.Length; group++)
            {
                var roots = _roots.AsSpan(group * Side, Side);
                var row = first;
                for (var at = _classes[group]; at < sums.Length; at += Outputs)
                {
                    sums[at] = Add(sums[at], nodes, roots, _depths[group], row);
                    row += Slots;
                }
            }
        }
    }

    private static float Add(float sum, TreeNode* nodes, ReadOnlySpan<int> roots, int depth, float* row)
    {
        TreeNode* a = nodes + roots[0], b = nodes + roots[1], c = nodes + roots[2], d = nodes + roots[3];
        TreeNode* e = nodes + roots[4], f = nodes + roots[5], g = nodes + roots[6], h = nodes + roots[7];
        for (; depth > 0; depth--)
        {
            a = TreeNode.Next(a, row);
            b = TreeNode.Next(b, row);
            c = TreeNode.Next(c, row);
            d = TreeNode.Next(d, row);
            e = TreeNode.Next(e, row);
            f = TreeNode.Next(f, row);
            g = TreeNode.Next(g, row);
            h = TreeNode.Next(h, row);
        }

        // One after the other: 32-bit addition is not associative, and this is libxgboost's order.
        return sum + a->Threshold + b->Threshold + c->Threshold + d->Threshold + e->Threshold + f->Threshold + g->Threshold + h->Threshold;
    }
}

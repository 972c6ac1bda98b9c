using System.Buffers;
using System.Runtime.CompilerServices;
using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Trees as they are, of any depth, walked row by row from node to node; eight trees side by side, since a single walk would wait for memory at every node.</summary>
/// <remarks>
/// A missing value (NaN) goes in its node's default direction. Each column has two slots, which differ only for NaN: minus infinity in the one that
/// nodes with default left read, plus infinity in the other; so the walk needs no test for NaN.
/// </remarks>
internal sealed unsafe class SparseTrees : TreeWalk
{
    internal const int Side = 8;

    private const int BlockRows = 64;
    private const int MostStackSlots = 4096;

    private readonly SparseNode[] _nodes;
    private readonly int[] _roots;
    private readonly int[] _depths;
    private readonly int[] _classes;
    private readonly int _columns;
    private readonly int _outputs;
    private readonly float _base;

    /// <param name="model">Sizes and base margin.</param>
    /// <param name="nodes">The trees one behind the other, on the pinned heap.</param>
    /// <param name="roots">Where each tree begins; a multiple of eight of them.</param>
    /// <param name="depths">Of each eight trees, the deepest one's depth.</param>
    /// <param name="classes">Of each eight trees, the class that they add to; all 0 where there is one prediction per row.</param>
    internal SparseTrees(TreesModel model, SparseNode[] nodes, int[] roots, int[] depths, int[] classes)
    {
        (_columns, _outputs, _base) = (model.Columns, model.Outputs, model.BaseMargin);
        (_nodes, _roots, _depths, _classes) = (nodes, roots, depths, classes);
    }

    internal override long HeldBytes => ((long)sizeof(SparseNode) * _nodes.Length) + (sizeof(int) * ((long)_roots.Length + _depths.Length + _classes.Length));

    private int Slots => (2 * _columns) + 1;

    internal override float[] Thresholds(int column)
    {
        var found = new HashSet<float>();
        foreach (var node in _nodes)
        {
            if (!node.IsLeaf(_columns) && node.Column == column)
                found.Add(node.Threshold);
        }

        return [.. found];
    }

    [SkipLocalsInit]
    internal override void Sum(ReadOnlySpan<float> rows, Span<float> sums)
    {
        var all = sums.Length / _outputs;
        var block = Math.Max(1, Math.Min(Math.Min(BlockRows, all), MostStackSlots / Slots));
        var needed = block * Slots;
        var rented = needed > MostStackSlots ? ArrayPool<float>.Shared.Rent(needed) : null;
        var slots = rented ?? stackalloc float[needed];
        for (var start = 0; start < all; start += block)
        {
            var count = Math.Min(block, all - start);
            Spread(rows.Slice(start * _columns, count * _columns), slots);
            SumSlots(slots, sums.Slice(start * _outputs, count * _outputs));
        }

        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
    }

    private void Spread(ReadOnlySpan<float> rows, Span<float> slots)
    {
        var to = 0;
        for (var from = 0; from < rows.Length;)
        {
            for (var column = 0; column < _columns; column++)
            {
                var value = rows[from++];
                slots[to++] = float.IsNaN(value) ? float.NegativeInfinity : value;
                slots[to++] = float.IsNaN(value) ? float.PositiveInfinity : value;
            }

            slots[to++] = float.NegativeInfinity;
        }
    }

    private void SumSlots(ReadOnlySpan<float> slots, Span<float> sums)
    {
        sums.Fill(_base);
        fixed (SparseNode* nodes = _nodes)
        fixed (float* first = slots)
        {
            for (var group = 0; group < _depths.Length; group++)
            {
                var roots = _roots.AsSpan(group * Side, Side);
                var row = first;
                for (var at = _classes[group]; at < sums.Length; at += _outputs)
                {
                    sums[at] = Add(sums[at], nodes, roots, _depths[group], row);
                    row += Slots;
                }
            }
        }
    }

    private static float Add(float sum, SparseNode* nodes, ReadOnlySpan<int> roots, int depth, float* row)
    {
        SparseNode* a = nodes + roots[0], b = nodes + roots[1], c = nodes + roots[2], d = nodes + roots[3];
        SparseNode* e = nodes + roots[4], f = nodes + roots[5], g = nodes + roots[6], h = nodes + roots[7];
        for (; depth > 0; depth--)
        {
            a = SparseNode.Next(a, row);
            b = SparseNode.Next(b, row);
            c = SparseNode.Next(c, row);
            d = SparseNode.Next(d, row);
            e = SparseNode.Next(e, row);
            f = SparseNode.Next(f, row);
            g = SparseNode.Next(g, row);
            h = SparseNode.Next(h, row);
        }

        // One after the other: 32-bit addition is not associative, and this is libxgboost's order.
        return sum + a->Threshold + b->Threshold + c->Threshold + d->Threshold + e->Threshold + f->Threshold + g->Threshold + h->Threshold;
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>
/// Shallow trees, filled up so that all leaves of a tree are equally deep. Values become ranks of one byte first (<see cref="ColumnRanks"/>). Many rows go through all nodes
/// of a tree side by side, a byte for each row (<see cref="RowBlock"/>): no step waits for the one before. Few rows pass eight trees at once, node by node.
/// </summary>
internal sealed unsafe class CompleteTrees : TreeWalk
{
    internal const int Side = 8;

    // So many rows cost about a block's time when they are walked one by one.
    private const int FewRows = 8;
    private const int MostStackBytes = 16 << 10;
    // A vector that lies across two lines of the cache costs twice.
    internal const int Alignment = 64;

    private readonly CompleteNode[] _nodes;
    private readonly float[] _leaves;
    private readonly CompleteGroup[] _groups;
    private readonly ColumnRanks _ranks;
    private readonly RowMasks? _masks;
    private readonly int _columns;
    private readonly int _outputs;
    private readonly float _base;
    private readonly TreePath _path;

    /// <param name="model">Sizes and base margin.</param>
    /// <param name="ranks">Makes ranks of its columns.</param>
    /// <param name="nodes">The nodes of all trees, on the pinned heap.</param>
    /// <param name="leaves">The leaves of all trees, on the pinned heap, and behind them what a vector may read too much.</param>
    /// <param name="groups">Eights of trees of one depth, by class.</param>
    /// <param name="path">How many rows are walked.</param>
    internal CompleteTrees(TreesModel model, ColumnRanks ranks, CompleteNode[] nodes, float[] leaves, CompleteGroup[] groups, TreePath path)
    {
        (_columns, _outputs, _base) = (model.Columns, model.Outputs, model.BaseMargin);
        (_ranks, _nodes, _leaves, _groups, _path) = (ranks, nodes, leaves, groups, path);
        _masks = path == TreePath.Vector512 ? RowMasks.Of(nodes, groups, RowsOf(path), ranks.Slots) : null;
    }

    internal override long HeldBytes =>
        ((long)sizeof(CompleteNode) * _nodes.Length) + (sizeof(float) * (long)_leaves.Length) + (sizeof(CompleteGroup) * (long)_groups.Length) + _ranks.HeldBytes
        + (_masks?.HeldBytes ?? 0);

    /// <summary>Rows that are walked at once, and how far each slot's ranks are from the next one's.</summary>
    internal static int RowsOf(TreePath path) => path switch { TreePath.Vector512 => Lanes512.RowCount, TreePath.Vector256 => Lanes256.RowCount, _ => 1 };

    /// <summary>The first whole line of the cache in a buffer.</summary>
    internal static void* Aligned(void* buffer) => (void*)(((nuint)buffer + Alignment - 1) & ~(nuint)(Alignment - 1));

    internal override float[] Thresholds(int column) => _ranks.Thresholds(column);

    [SkipLocalsInit]
    internal override void Sum(ReadOnlySpan<float> rows, Span<float> sums)
    {
        var (count, block) = (sums.Length / _outputs, RowsOf(_path));
        var needed = _ranks.Slots * block;
        var rented = needed > MostStackBytes ? ArrayPool<sbyte>.Shared.Rent(needed + Alignment) : null;
        var buffer = rented ?? stackalloc sbyte[needed + Alignment];
        // What no tree adds to.
        sums.Fill(_base);
        fixed (sbyte* start = buffer)
        {
            var ranks = (sbyte*)Aligned(start);
            var row = 0;
            for (; block > 1 && count - row > FewRows; row += Math.Min(block, count - row))
            {
                var some = Math.Min(block, count - row);
                _ranks.Fill(rows.Slice(row * _columns, some * _columns), _columns, ranks, block);
                SumBlock(ranks, sums.Slice(row * _outputs, some * _outputs));
            }

            for (; row < count; row++)
            {
                _ranks.Fill(rows.Slice(row * _columns, _columns), _columns, ranks, _masks is null ? block : 1);
                SumRow(ranks, sums.Slice(row * _outputs, _outputs));
            }
        }

        if (rented is not null)
            ArrayPool<sbyte>.Shared.Return(rented);
    }

    [SkipLocalsInit]
    private void SumBlock(sbyte* ranks, Span<float> sums)
    {
        var buffer = stackalloc byte[(sizeof(float) * Lanes512.RowCount) + Alignment];
        var block = (float*)Aligned(buffer);
        fixed (CompleteNode* nodes = _nodes)
        fixed (float* leaves = _leaves)
        {
            for (var first = 0; first < _groups.Length;)
            {
                var index = _groups[first].Class;
                new Span<float>(block, RowsOf(_path)).Fill(_base);
                for (; first < _groups.Length && _groups[first].Class == index; first++)
                {
                    if (_path == TreePath.Vector512)
                        RowBlock.Add<Lanes512, Vector512<byte>>(nodes, leaves, _groups[first], ranks, block);
                    else
                        RowBlock.Add<Lanes256, Vector256<byte>>(nodes, leaves, _groups[first], ranks, block);
                }

                for (int row = 0, at = index; at < sums.Length; row++, at += _outputs)
                    sums[at] = block[row];
            }
        }
    }

    private void SumRow(sbyte* ranks, Span<float> sums)
    {
        fixed (CompleteNode* nodes = _nodes)
        fixed (float* leaves = _leaves)
        {
            if (_masks is not null)
            {
                _masks.Add(ranks, leaves, _groups, sums);
                return;
            }

            foreach (ref readonly var group in _groups.AsSpan())
                sums[group.Class] = Add(sums[group.Class], nodes + group.Start, leaves + group.Start, group.Depth, ranks);
        }
    }

    private static float Add(float sum, CompleteNode* nodes, float* leaves, int depth, sbyte* ranks)
    {
        var (size, a, b, c, d, e, f, g, h) = (1 << depth, 1, 1, 1, 1, 1, 1, 1, 1);
        for (var level = 0; level < depth; level++)
        {
            a = CompleteNode.Next(nodes, a, ranks);
            b = CompleteNode.Next(nodes + size, b, ranks);
            c = CompleteNode.Next(nodes + (2 * size), c, ranks);
            d = CompleteNode.Next(nodes + (3 * size), d, ranks);
            e = CompleteNode.Next(nodes + (4 * size), e, ranks);
            f = CompleteNode.Next(nodes + (5 * size), f, ranks);
            g = CompleteNode.Next(nodes + (6 * size), g, ranks);
            h = CompleteNode.Next(nodes + (7 * size), h, ranks);
        }

        // The leaves are numbered from 2^depth on. One after the other: 32-bit addition is not associative, and this is libxgboost's order.
        return sum + leaves[a - size] + leaves[b] + leaves[c + size] + leaves[d + (2 * size)]
            + leaves[e + (3 * size)] + leaves[f + (4 * size)] + leaves[g + (5 * size)] + leaves[h + (6 * size)];
    }
}

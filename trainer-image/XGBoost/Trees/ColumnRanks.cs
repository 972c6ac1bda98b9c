using System.Numerics;
using System.Runtime.CompilerServices;
using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>
/// Turns values into ranks: how many of the thresholds that their column is compared with are not above them. A value is below the i-th of them (counted from 1) exactly where
/// its rank is below i, so a comparison of bytes decides what a comparison of 32-bit numbers would, to the last case. Libxgboost's histograms make 255 thresholds
/// a column by default, which is what a byte can tell apart.
/// </summary>
/// <remarks>A missing value has the least rank in the slot that nodes with default left look at, and the greatest in the other. Slots that no node looks at are not made.</remarks>
internal sealed unsafe class ColumnRanks
{
    private const int MostThresholds = byte.MaxValue;
    private const int AtOnce = 4;

    private readonly float[] _thresholds;
    private readonly RankedColumn[] _columns;
    private readonly int[] _numbers;

    private ColumnRanks(float[][] found, int[] counts, int[] slots, int used)
    {
        Slots = Math.Max(1, used);
        var (columns, length) = (0, 0);
        foreach (var count in counts)
        {
            columns += count > 0 ? 1 : 0;
            length += count > 0 ? 1 << Steps(count) : 0;
        }

        (_columns, _numbers, _thresholds) = (new RankedColumn[columns], new int[columns], new float[length]);
        Array.Fill(_thresholds, float.PositiveInfinity);
        for (int column = 0, at = 0, start = 0; column < counts.Length; column++)
        {
            if (counts[column] == 0)
                continue;
            (_numbers[at], _columns[at]) = (column, new RankedColumn(column, start, Steps(counts[column]), counts[column], slots[2 * column], slots[(2 * column) + 1]));
            Array.Copy(found[column], 0, _thresholds, start, counts[column]);
            start += 1 << _columns[at++].Steps;
        }
    }

    /// <summary>Ranks of a row.</summary>
    internal int Slots { get; }

    internal long HeldBytes => (sizeof(float) * (long)_thresholds.Length) + ((sizeof(RankedColumn) + sizeof(int)) * (long)_columns.Length);

    /// <summary>Collects the thresholds of all trees; null where a column has more than a byte can tell apart.</summary>
    internal static ColumnRanks? Of(TreesModel model)
    {
        // Plain arrays: collections of such types are in no image that is compiled ahead, and would be compiled at every start.
        var (found, counts, slots, used) = (new float[model.Columns][], new int[model.Columns], new int[2 * model.Columns], 0);
        Array.Fill(slots, -1);
        foreach (var tree in model.Trees)
        {
            for (var node = 0; node < tree.Slots.Length; node++)
            {
                var (slot, threshold) = (tree.Slots.Span[node], tree.Values.Span[node]);
                if (slot / 2 == model.Columns)
                    continue;
                if (slots[slot] < 0)
                    slots[slot] = used++;
                if (!Insert(found[slot / 2] ??= new float[MostThresholds], ref counts[slot / 2], threshold))
                    return null;
            }
        }

        return new ColumnRanks(found, counts, slots, used);
    }

    // Sorted, each once. Minus zero equals zero, here as in the comparison of the two.
    private static bool Insert(float[] thresholds, ref int count, float threshold)
    {
        var place = Array.BinarySearch(thresholds, 0, count, threshold);
        if (place >= 0)
            return true;
        if (count == thresholds.Length || float.IsNaN(threshold))
            return false;
        Array.Copy(thresholds, ~place, thresholds, ~place + 1, count - ~place);
        thresholds[~place] = threshold;
        count++;
        return true;
    }

    /// <summary>What a node of a tree becomes.</summary>
    /// <param name="slot">As <see cref="FlatTree.Slots"/> has it.</param>
    /// <param name="threshold">Its threshold.</param>
    /// <param name="stride">As in <see cref="Fill"/>.</param>
    internal CompleteNode Node(ushort slot, float threshold, int stride)
    {
        var column = _columns[Array.BinarySearch(_numbers, slot / 2)];
        var place = _thresholds.AsSpan(column.Start, column.Count).BinarySearch(threshold);
        return new CompleteNode(stride * (slot % 2 == 0 ? column.Left : column.Right), Signed(place + 1));
    }

    internal float[] Thresholds(int column) =>
        Array.BinarySearch(_numbers, column) is >= 0 and var found ? [.. _thresholds.AsSpan(_columns[found].Start, _columns[found].Count)] : [];

    /// <summary>Writes the ranks of rows, slot by slot.</summary>
    /// <param name="rows">Row-major, NaN is missing.</param>
    /// <param name="columns">Columns of a row.</param>
    /// <param name="ranks">Where they are written.</param>
    /// <param name="stride">From one slot to the next; at least the number of rows.</param>
    internal void Fill(ReadOnlySpan<float> rows, int columns, sbyte* ranks, int stride)
    {
        fixed (float* values = rows, all = _thresholds)
        {
            var count = rows.Length / columns;
            foreach (ref readonly var column in _columns.AsSpan())
            {
                var thresholds = all + column.Start;
                var value = values + column.Column;
                var row = 0;
                for (; row + AtOnce <= count; row += AtOnce, value += AtOnce * columns)
                {
                    var (a, b, c, d) = (value[0], value[columns], value[2 * columns], value[3 * columns]);
                    var (rankA, rankB, rankC, rankD) = (0, 0, 0, 0);
                    for (var step = column.Steps - 1; step >= 0; step--)
                    {
                        var middle = thresholds + (1 << step) - 1;
                        rankA += Unsafe.BitCast<bool, byte>(middle[rankA] <= a) << step;
                        rankB += Unsafe.BitCast<bool, byte>(middle[rankB] <= b) << step;
                        rankC += Unsafe.BitCast<bool, byte>(middle[rankC] <= c) << step;
                        rankD += Unsafe.BitCast<bool, byte>(middle[rankD] <= d) << step;
                    }

                    Store(column, ranks + row, stride, a, rankA);
                    Store(column, ranks + row + 1, stride, b, rankB);
                    Store(column, ranks + row + 2, stride, c, rankC);
                    Store(column, ranks + row + 3, stride, d, rankD);
                }

                for (; row < count; row++, value += columns)
                    Store(column, ranks + row, stride, *value, Rank(thresholds, column.Steps, *value));
            }
        }
    }

    // A binary search without branches, which the processor could not foresee; behind the thresholds stand infinities up to a power of two. The loop above is the same for
    // four rows, which do not wait for each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Rank(float* thresholds, int steps, float value)
    {
        var rank = 0;
        for (var step = steps - 1; step >= 0; step--)
            rank += Unsafe.BitCast<bool, byte>(thresholds[rank + (1 << step) - 1] <= value) << step;
        return rank;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in RankedColumn column, sbyte* ranks, int stride, float value, int rank)
    {
        if (column.Left >= 0)
            ranks[column.Left * (nint)stride] = float.IsNaN(value) ? sbyte.MinValue : Signed(rank);
        if (column.Right >= 0)
            ranks[column.Right * (nint)stride] = float.IsNaN(value) ? sbyte.MaxValue : Signed(rank);
    }

    // So that there is a place for each rank from 0 to the count.
    private static int Steps(int count) => BitOperations.Log2((uint)count) + 1;

    // AVX2 compares signed bytes only.
    private static sbyte Signed(int rank) => (sbyte)(rank - 128);

    /// <param name="Column">Position in a row.</param>
    /// <param name="Start">Where its thresholds begin.</param>
    /// <param name="Steps">Steps of the search among them.</param>
    /// <param name="Count">How many they are.</param>
    /// <param name="Left">The slot where a missing value goes left; -1 for none.</param>
    /// <param name="Right">The slot where it goes right; -1 for none.</param>
    private readonly record struct RankedColumn(int Column, int Start, int Steps, int Count, int Left, int Right);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelOperator.XGBoost.Trees;

/// <summary>
/// One row through complete trees of up to 63 nodes: all nodes of a tree are decided at once, a bit each, and the way down follows the bits. The row's ranks lie in one
/// register, from which one instruction of AVX-512 VBMI hands each node its own.
/// </summary>
internal sealed unsafe class RowMasks
{
    private const int Nodes = 64;
    private const int Deepest = 6;

    // Asked for here alone: code that asks for an instruction is left to the JIT as a whole, with whatever it was put into.
    private static readonly bool IsSupported = Avx512Vbmi.IsSupported;

    private readonly byte[] _slots;
    private readonly sbyte[] _thresholds;

    private RowMasks(byte[] slots, sbyte[] thresholds) => (_slots, _thresholds) = (slots, thresholds);

    internal long HeldBytes => _slots.Length + _thresholds.Length;

    /// <summary>Null where the processor or the trees do not suit.</summary>
    /// <param name="nodes">Of all trees.</param>
    /// <param name="groups">Where they are.</param>
    /// <param name="stride">From one slot's ranks to the next one's in the nodes' offsets.</param>
    /// <param name="slots">Ranks of a row.</param>
    internal static RowMasks? Of(ReadOnlySpan<CompleteNode> nodes, ReadOnlySpan<CompleteGroup> groups, int stride, int slots) =>
        IsSupported && slots <= Nodes ? Fill(nodes, groups, stride) : null;

    private static RowMasks? Fill(ReadOnlySpan<CompleteNode> nodes, ReadOnlySpan<CompleteGroup> groups, int stride)
    {
        var masks = new RowMasks(
            GC.AllocateArray<byte>(groups.Length * CompleteTrees.Side * Nodes, pinned: true), GC.AllocateArray<sbyte>(groups.Length * CompleteTrees.Side * Nodes, pinned: true));
        var to = 0;
        foreach (ref readonly var group in groups)
        {
            if (group.Depth > Deepest)
                return null;
            for (var tree = 0; tree < CompleteTrees.Side; tree++, to += Nodes)
            {
                var from = nodes.Slice(group.Start + (tree << group.Depth), 1 << group.Depth);
                for (var node = 1; node < from.Length; node++)
                    (masks._slots[to + node], masks._thresholds[to + node]) = ((byte)(from[node].Offset / stride), (sbyte)from[node].Thresholds);
            }
        }

        return masks;
    }

    /// <summary>Adds to the row's sums what each tree adds.</summary>
    /// <param name="ranks">64 bytes, the row's ranks first.</param>
    /// <param name="leaves">Of all trees.</param>
    /// <param name="groups">Where they are.</param>
    /// <param name="sums">One per class.</param>
    // Vectors of this width are in no image that is compiled ahead.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(sbyte* ranks, float* leaves, ReadOnlySpan<CompleteGroup> groups, Span<float> sums)
    {
        var row = Vector512.Load(ranks);
        fixed (byte* slots = _slots)
        fixed (sbyte* thresholds = _thresholds)
        {
            var at = 0;
            foreach (ref readonly var group in groups)
            {
                var sum = sums[group.Class];
                var (depth, size) = (group.Depth, 1 << group.Depth);
                var leaf = leaves + group.Start;
                for (var tree = 0; tree < CompleteTrees.Side; tree++, at += Nodes, leaf += size)
                {
                    var values = Avx512Vbmi.PermuteVar64x8(row, Vector512.Load(slots + at).AsSByte());
                    var right = Vector512.GreaterThanOrEqual(values, Vector512.Load(thresholds + at)).ExtractMostSignificantBits();
                    var node = 1;
                    for (var level = 0; level < depth; level++)
                        node = (2 * node) + (int)((right >> node) & 1);
                    sum += leaf[node - size];
                }

                sums[group.Class] = sum;
            }
        }
    }
}

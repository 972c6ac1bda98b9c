using System.Runtime.CompilerServices;

namespace ModelOperator.XGBoost.Trees;

/// <summary>
/// A node of a complete tree in 8 bytes: where the rank stands that it looks at, and the rank below which it goes left, four times, as vectors load it. The children of node n
/// are the nodes 2n and 2n + 1, the root is node 1.
/// </summary>
internal readonly struct CompleteNode(int offset, sbyte threshold)
{
    internal readonly int Thresholds = (byte)threshold * 0x01010101;

    /// <summary>From the first row's first rank.</summary>
    internal readonly int Offset = offset;

    /// <summary>The number of the next node. Written without a branch, which the processor could not foresee.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe int Next(CompleteNode* tree, int node, sbyte* ranks) =>
        (2 * node) + Unsafe.BitCast<bool, byte>(ranks[tree[node].Offset] >= (sbyte)tree[node].Thresholds);
}

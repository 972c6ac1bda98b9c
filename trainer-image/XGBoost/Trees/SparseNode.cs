using System.Runtime.CompilerServices;

namespace ModelOperator.XGBoost.Trees;

/// <summary>
/// A node in 8 bytes: threshold (or the leaf's value), the place of the value to compare with, and how far behind this node its left child stands;
/// the right child follows the left. A leaf compares minus infinity and stands 0 behind itself: stepping on from it stays on it.
/// </summary>
internal readonly struct SparseNode(float threshold, ushort slot, ushort toLeft)
{
    internal const int Most = ushort.MaxValue;

    internal readonly float Threshold = threshold;

    private readonly ushort _slot = slot;
    private readonly ushort _toLeft = toLeft;

    internal int Column => _slot / 2;

    internal bool IsLeaf(int columns) => Column == columns;

    /// <summary>The next node: left where value &lt; threshold. Written without a branch, which the processor could not foresee.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe SparseNode* Next(SparseNode* node, float* slots) =>
        node + node->_toLeft + Unsafe.BitCast<bool, byte>(slots[node->_slot] >= node->Threshold);
}

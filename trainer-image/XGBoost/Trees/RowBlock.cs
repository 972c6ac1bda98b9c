using System.Runtime.CompilerServices;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Takes a block of rows through all nodes of complete trees, from the leaves up: each node chooses for each row between the leaves that its children have chosen.</summary>
internal static unsafe class RowBlock
{
    // Subtrees of seven nodes are chosen among in registers.
    internal const int SubtreeDepth = 3;

    private const int SubtreeLeaves = 1 << SubtreeDepth;

    /// <summary>Adds the leaves of eight trees to the rows' sums, tree by tree.</summary>
    // Vectors of this width are in no image that is compiled ahead, and must not run unoptimised until they are found to be hot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    internal static void Add<TLanes, TVector>(CompleteNode* nodes, float* leaves, CompleteGroup group, sbyte* ranks, float* sums)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        var buffer = stackalloc byte[(sizeof(TVector) << (TreePaths.DeepestComplete - SubtreeDepth)) + CompleteTrees.Alignment];
        var chosen = (TVector*)CompleteTrees.Aligned(buffer);
        var size = 1 << group.Depth;
        for (var start = group.Start; start < group.Start + (CompleteTrees.Side * size); start += size)
        {
            var subtrees = size / SubtreeLeaves;
            for (var i = 0; i < subtrees; i++)
                chosen[i] = TLanes.Plus(Subtree<TLanes, TVector>(nodes + start, subtrees + i, ranks), TLanes.All((byte)(SubtreeLeaves * i)));
            for (var level = subtrees / 2; level > 0; level /= 2)
            {
                for (var i = 0; i < level; i++)
                    chosen[i] = TLanes.Choose(nodes + start + level + i, ranks, chosen[2 * i], chosen[(2 * i) + 1]);
            }

            TLanes.AddLeaves(chosen[0], leaves + start, size, sums);
        }
    }

    /// <summary>Of the eight leaves below a node the numbers of those that are chosen, 0 to 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Subtree<TLanes, TVector>(CompleteNode* tree, int node, sbyte* ranks)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        var lowest = tree + (4 * node);
        var a = TLanes.Choose(lowest, ranks, TLanes.All(0), TLanes.All(1));
        var b = TLanes.Choose(lowest + 1, ranks, TLanes.All(2), TLanes.All(3));
        var c = TLanes.Choose(lowest + 2, ranks, TLanes.All(4), TLanes.All(5));
        var d = TLanes.Choose(lowest + 3, ranks, TLanes.All(6), TLanes.All(7));
        var left = TLanes.Choose(tree + (2 * node), ranks, a, b);
        var right = TLanes.Choose(tree + (2 * node) + 1, ranks, c, d);
        return TLanes.Choose(tree + node, ranks, left, right);
    }
}

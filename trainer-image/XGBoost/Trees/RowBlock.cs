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
        // Read back from memory, for the compiler would load constants again in every turn instead of keeping them in registers.
        for (byte number = 0; number < SubtreeLeaves; number++)
            chosen[number] = TLanes.All(number);
        var (zero, one, two, three, four, five, six, seven) = (chosen[0], chosen[1], chosen[2], chosen[3], chosen[4], chosen[5], chosen[6], chosen[7]);
        var eight = TLanes.Plus(one, seven);
        var subtrees = 1 << (group.Depth - SubtreeDepth);
        for (var (tree, last) = (group.Start, group.Start + (CompleteTrees.Side << group.Depth)); tree < last; tree += 1 << group.Depth)
        {
            var first = zero;
            for (var i = 0; i < subtrees; i++)
            {
                var top = nodes + tree + subtrees + i;
                var middle = top + subtrees + i;
                var lowest = middle + (2 * (subtrees + i));
                var left = TLanes.Choose(middle, ranks, TLanes.Choose(lowest, ranks, zero, one), TLanes.Choose(lowest + 1, ranks, two, three));
                var right = TLanes.Choose(middle + 1, ranks, TLanes.Choose(lowest + 2, ranks, four, five), TLanes.Choose(lowest + 3, ranks, six, seven));
                chosen[i] = TLanes.Plus(first, TLanes.Choose(top, ranks, left, right));
                first = TLanes.Plus(first, eight);
            }

            for (var level = subtrees / 2; level > 0; level /= 2)
            {
                for (var i = 0; i < level; i++)
                    chosen[i] = TLanes.Choose(nodes + tree + level + i, ranks, chosen[2 * i], chosen[(2 * i) + 1]);
            }

            TLanes.AddLeaves(chosen[0], leaves + tree, 1 << group.Depth, sums);
        }
    }
}

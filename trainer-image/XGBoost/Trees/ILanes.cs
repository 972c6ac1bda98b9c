namespace ModelOperator.XGBoost.Trees;

/// <summary>A vector with a byte for each row of a block.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>The same number in every lane.</summary>
    static abstract TVector All(byte number);

    static abstract TVector Plus(TVector left, TVector right);

    /// <summary>Of each row <paramref name="left"/> where the node sends it there, <paramref name="right"/> otherwise.</summary>
    static abstract TVector Choose(CompleteNode* node, sbyte* ranks, TVector left, TVector right);

    /// <summary>Adds to each row's sum the leaf with the number that it has.</summary>
    /// <param name="numbers">Numbers of leaves.</param>
    /// <param name="leaves">The tree's leaves, with 32 more floats that may be read.</param>
    /// <param name="count">How many leaves it has.</param>
    /// <param name="sums">The rows' sums.</param>
    static abstract void AddLeaves(TVector numbers, float* leaves, int count, float* sums);
}

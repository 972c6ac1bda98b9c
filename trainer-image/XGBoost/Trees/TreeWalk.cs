namespace ModelOperator.XGBoost.Trees;

/// <summary>Trees laid out so that the sums of rows over all of them can be made. Immutable.</summary>
internal abstract class TreeWalk
{
    /// <summary>Bytes of memory that it holds, but for some hundred.</summary>
    internal abstract long HeldBytes { get; }

    /// <summary>Writes for each row the base margin and, in the order of the trees, what each of them adds; one sum per class.</summary>
    /// <param name="rows">Row-major, NaN is missing.</param>
    /// <param name="sums">Row by row.</param>
    internal abstract void Sum(ReadOnlySpan<float> rows, Span<float> sums);

    /// <summary>The thresholds that a column is compared with.</summary>
    internal abstract float[] Thresholds(int column);
}

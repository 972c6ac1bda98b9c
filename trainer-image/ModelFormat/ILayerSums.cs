namespace ModelOperator.ModelFormat;

/// <summary>A layer ready to be summed. A row gives the same bits alone, among others and on any processor.</summary>
internal interface ILayerSums
{
    /// <summary>Outputs with those that fill the last block up, which are zero.</summary>
    int Width { get; }

    /// <summary>Bytes of its arrays.</summary>
    long HeldBytes { get; }

    /// <summary>Sums rows: <paramref name="stride"/> values from one to the next in, <see cref="Width"/> out.</summary>
    void Apply(ReadOnlySpan<float> values, int stride, Span<float> outputs, int rows);
}

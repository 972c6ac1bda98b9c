namespace ModelOperator.Datasets;

/// <summary>Frequencies of a column.</summary>
public sealed record CategoryProfile
{
    /// <summary>Distinct values; at least so many where <see cref="Error"/> is there.</summary>
    public required int Distinct { get; init; }

    /// <summary>By how much each count may be too low; absent where all are exact.</summary>
    public long? Error { get; init; }

    /// <summary>The most frequent values.</summary>
    public required IReadOnlyList<CategoryCount> Top { get; init; }

    /// <summary>Values that are none of <see cref="Top"/>.</summary>
    public required long Other { get; init; }
}

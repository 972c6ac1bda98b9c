namespace ModelOperator.Datasets;

/// <summary>One column of a profile.</summary>
public sealed record ColumnProfile
{
    /// <summary>Name in the header.</summary>
    public required string Name { get; init; }

    /// <summary>Type: declared, else found.</summary>
    public required DatasetColumnType Type { get; init; }

    /// <summary>Values that are there.</summary>
    public required long Count { get; init; }

    /// <summary>Values that are missing.</summary>
    public required long Missing { get; init; }

    /// <summary>Numbers of a Number or Integer.</summary>
    public NumericProfile? Numeric { get; init; }

    /// <summary>Frequencies of a Category or Boolean.</summary>
    public CategoryProfile? Categories { get; init; }

    /// <summary>Lengths in characters of a Text.</summary>
    public LengthProfile? Lengths { get; init; }
}

namespace ModelOperator.Datasets;

/// <summary>One value and how often it occurs.</summary>
public sealed record CategoryCount
{
    /// <summary>Value.</summary>
    public required string Value { get; init; }

    /// <summary>How often.</summary>
    public required long Count { get; init; }
}

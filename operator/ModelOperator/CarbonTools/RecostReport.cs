namespace ModelOperator.CarbonTools;

/// <summary>What costing again came to.</summary>
internal sealed record RecostReport
{
    /// <summary>Hours of runs that have a better intensity now.</summary>
    public required long Hours { get; init; }
}

namespace ModelOperator.Artifacts;

/// <summary>Body of every answer of the store that is not a success.</summary>
public sealed record StoreErrorDocument
{
    /// <summary>What went wrong.</summary>
    public required StoreError Error { get; init; }
}

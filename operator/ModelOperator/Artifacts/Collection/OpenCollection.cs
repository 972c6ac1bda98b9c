namespace ModelOperator.Artifacts;

/// <summary>A collection that was begun and waits for the names.</summary>
public sealed record OpenCollection
{
    /// <summary>Name of this collection.</summary>
    public required string Id { get; init; }

    /// <summary>When it began; what is named is listed after this.</summary>
    public required DateTimeOffset Begun { get; init; }
}

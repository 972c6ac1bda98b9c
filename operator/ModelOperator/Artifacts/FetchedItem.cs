namespace ModelOperator.Artifacts;

/// <summary>What was fetched, as the termination message holds it.</summary>
public sealed record FetchedItem
{
    /// <summary>Name in the plan.</summary>
    public required string Name { get; init; }

    /// <summary>Where it came from; left out when the message would be too long.</summary>
    public string? Uri { get; init; }

    /// <summary>Digest of the bytes that were read.</summary>
    public required string Digest { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long SizeBytes { get; init; }
}

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

    /// <summary>Rows, where the dataset stage read it.</summary>
    public long? Rows { get; init; }

    /// <summary>Columns, where the dataset stage read it.</summary>
    public int? Columns { get; init; }

    /// <summary>Broken rules that were to be reported only.</summary>
    public int? Violations { get; init; }

    /// <summary>Digest of the stored profile.</summary>
    public string? Profile { get; init; }
}

namespace ModelOperator.Artifacts;

/// <summary>What one collection found and did.</summary>
public sealed record CollectionReport
{
    /// <summary>The collection.</summary>
    public required string Id { get; init; }

    /// <summary>Whether garbage was deleted or only counted.</summary>
    public required CollectionMode Mode { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>Grace period, in hours.</summary>
    public required double GraceHours { get; init; }

    /// <summary>Digests that objects named, in the store or not.</summary>
    public required int Named { get; init; }

    /// <summary>Blobs that were looked at.</summary>
    public required int Blobs { get; init; }

    /// <summary>Of these: named by an object, or files of an artifact that is.</summary>
    public required int NamedBlobs { get; init; }

    /// <summary>Of these: not named, but within the grace period.</summary>
    public required int UsedBlobs { get; init; }

    /// <summary>Of these: garbage.</summary>
    public required int GarbageBlobs { get; init; }

    /// <summary>Bytes of the garbage.</summary>
    public required long GarbageBytes { get; init; }

    /// <summary>Garbage that was deleted; what was used in the meantime was not.</summary>
    public required int DeletedBlobs { get; init; }

    /// <summary>Bytes of what was deleted.</summary>
    public required long DeletedBytes { get; init; }

    /// <summary>The garbage, the longest unused first, at most <see cref="Collector.MostListed"/>.</summary>
    public required IReadOnlyList<CollectedBlob> Garbage { get; init; }
}

namespace ModelOperator.Artifacts;

/// <summary>One piece of garbage in a report.</summary>
public sealed record CollectedBlob
{
    /// <summary><c>sha256:&lt;hex&gt;</c>.</summary>
    public required string Digest { get; init; }

    /// <summary>Bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>When it was last put, asked for, read or named.</summary>
    public required DateTimeOffset LastUsed { get; init; }

    /// <summary>Whether it was deleted.</summary>
    public required bool Deleted { get; init; }
}

namespace ModelOperator.Artifacts;

/// <summary>One file of an artifact as the store describes it in JSON.</summary>
public sealed record ArtifactFile
{
    /// <summary>Relative path.</summary>
    public required string Path { get; init; }

    /// <summary><c>sha256:&lt;hex&gt;</c> of the bytes.</summary>
    public required string Digest { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long SizeBytes { get; init; }
}

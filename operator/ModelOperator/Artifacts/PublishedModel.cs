namespace ModelOperator.Artifacts;

/// <summary>A model as it stands in the store.</summary>
public sealed record PublishedModel
{
    /// <summary><c>modelop://sha256/&lt;hex&gt;</c>.</summary>
    public required string Uri { get; init; }

    /// <summary><c>sha256:&lt;hex&gt;</c> of the manifest.</summary>
    public required string Digest { get; init; }

    /// <summary>Format that the trainer named.</summary>
    public string? Format { get; init; }

    /// <summary>Sum of the files' sizes in bytes; null when the trainer stored the model itself.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Number of files; null when the trainer stored the model itself.</summary>
    public int? Files { get; init; }
}

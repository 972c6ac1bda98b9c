namespace ModelOperator.Artifacts;

/// <summary>An artifact as the store describes it in JSON.</summary>
public sealed record ArtifactDocument
{
    /// <summary><c>sha256:&lt;hex&gt;</c> of the manifest.</summary>
    public required string Digest { get; init; }

    /// <summary><c>modelop://sha256/&lt;hex&gt;</c>.</summary>
    public required string Uri { get; init; }

    /// <summary>Sum of the files' sizes in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The files, sorted by path.</summary>
    public required IReadOnlyList<ArtifactFile> Files { get; init; }

    /// <summary>Describes a manifest.</summary>
    public static ArtifactDocument Of(ArtifactManifest manifest) => new()
    {
        Digest = manifest.Digest.ToString(),
        Uri = manifest.Digest.Uri,
        SizeBytes = manifest.TotalSize,
        Files = [.. manifest.Entries.Select(static entry => new ArtifactFile { Path = entry.Path, Digest = entry.Digest.ToString(), SizeBytes = entry.Size })],
    };
}

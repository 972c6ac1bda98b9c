namespace ModelOperator.Artifacts;

/// <summary>One file of an artifact.</summary>
/// <param name="Digest">SHA-256 of the file's bytes.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Path">Relative path with forward slashes.</param>
public sealed record ManifestEntry(Sha256Digest Digest, long Size, string Path);

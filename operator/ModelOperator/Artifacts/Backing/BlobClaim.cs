namespace ModelOperator.Artifacts;

/// <summary>A blob counts for a namespace.</summary>
/// <param name="Digest">Blob.</param>
/// <param name="Namespace">Namespace.</param>
public sealed record BlobClaim(Sha256Digest Digest, string Namespace);

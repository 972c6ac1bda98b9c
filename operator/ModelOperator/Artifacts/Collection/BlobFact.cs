namespace ModelOperator.Artifacts;

/// <summary>A blob as a collection sees it.</summary>
/// <param name="Digest">Name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="LastUsed">When it was last put, asked for, read or named.</param>
public sealed record BlobFact(Sha256Digest Digest, long Size, DateTimeOffset LastUsed);

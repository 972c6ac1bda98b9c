namespace ModelOperator.Artifacts;

/// <summary>How an upload ended.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Actual">Digest of the bytes that came, where all of them were read.</param>
/// <param name="Detail">More for the caller.</param>
public sealed record BlobPutResult(BlobPutOutcome Outcome, Sha256Digest? Actual = null, string? Detail = null);

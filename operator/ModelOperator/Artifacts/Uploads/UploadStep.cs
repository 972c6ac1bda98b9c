namespace ModelOperator.Artifacts;

/// <summary>How one request of a resumable upload ended.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Offset">Bytes that the store has for good.</param>
/// <param name="Result">How the upload as a whole ended, where it did.</param>
public sealed record UploadStep(UploadOutcome Outcome, long Offset = 0, BlobPutResult? Result = null);

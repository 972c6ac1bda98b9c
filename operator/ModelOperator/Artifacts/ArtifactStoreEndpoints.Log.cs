namespace ModelOperator.Artifacts;

public sealed partial class ArtifactStoreEndpoints
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Upload of sha256:{Hex}: {Outcome} {Detail}")]
    private partial void LogUpload(string hex, BlobPutOutcome outcome, string? detail);
}

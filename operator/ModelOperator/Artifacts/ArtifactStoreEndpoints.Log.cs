namespace ModelOperator.Artifacts;

public sealed partial class ArtifactStoreEndpoints
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Upload of sha256:{Hex}: {Outcome} {Detail}")]
    private partial void LogUpload(string hex, BlobPutOutcome outcome, string? detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused to {Verb} sha256:{Hex} with {Status}: {Reason}")]
    private partial void LogRefused(ArtifactVerb verb, string hex, int status, string reason);
}

using ModelOperator.Artifacts;

namespace ModelOperator.ModelVersions;

/// <summary>Reads the bytes of artifacts.</summary>
public interface IArtifactReader
{
    /// <summary>Reads all bytes of an artifact and compares them with its digest. Never throws for a store that is away.</summary>
    Task<ArtifactVerification> VerifyAsync(Sha256Digest digest, CancellationToken cancellationToken);
}

namespace ModelOperator.Artifacts;

/// <summary>A request that may go on.</summary>
/// <param name="Digest">Blob.</param>
/// <param name="Caller">Scope or user.</param>
/// <param name="Namespace">Namespace on whose behalf; null for none.</param>
public sealed record AdmittedRequest(Sha256Digest Digest, string Caller, string? Namespace);

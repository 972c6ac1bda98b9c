namespace ModelOperator.ModelVersions;

/// <summary>All that a decision about a ModelVersion may know, fetched once.</summary>
/// <param name="Aliases">Aliases that the Model says it holds, sorted.</param>
/// <param name="UsedBy">CanaryDeployments that name it in spec or status and are not being deleted, sorted.</param>
/// <param name="Verification">What reading the bytes showed; null when they were not read in this pass.</param>
public sealed record ModelVersionObserved(IReadOnlyList<string> Aliases, IReadOnlyList<string> UsedBy, ArtifactVerification? Verification);

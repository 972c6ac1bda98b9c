namespace ModelOperator.ModelVersions;

/// <summary>All that a decision about a ModelVersion may know, fetched once.</summary>
/// <param name="Aliases">Aliases that the Model says it holds, sorted.</param>
/// <param name="UsedBy">CanaryDeployments that name it in spec or status and are not being deleted, sorted.</param>
/// <param name="Verification">What reading the bytes showed; null when they were not read in this pass.</param>
public sealed record ModelVersionObserved(IReadOnlyList<string> Aliases, IReadOnlyList<string> UsedBy, ArtifactVerification? Verification)
{
    /// <summary>Those of the aliases that git or a canary gave it: they do not go when it is archived.</summary>
    public IReadOnlyList<string> Pinned { get; init; } = [];

    /// <summary>Gates of the model; null when it has none.</summary>
    public ModelGates? Gates { get; init; }

    /// <summary>What to say of its bytes, where its number means others; null when it does not.</summary>
    public string? Replaced { get; init; }

    /// <summary>What to say of the run that it names, where that made another version; null when it did not.</summary>
    public string? RunConflict { get; init; }

    /// <summary>Holders of the aliases that gates name, without the version itself.</summary>
    public IReadOnlyList<GateBaseline> Baselines { get; init; } = [];
}

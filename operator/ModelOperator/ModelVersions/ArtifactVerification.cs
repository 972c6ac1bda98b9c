namespace ModelOperator.ModelVersions;

/// <summary>What reading an artifact's bytes showed.</summary>
/// <param name="Outcome">What it showed.</param>
/// <param name="Detail">More for people.</param>
public sealed record ArtifactVerification(ArtifactOutcome Outcome, string Detail)
{
    /// <summary>All bytes were read and are right.</summary>
    public static ArtifactVerification Verified { get; } = new(ArtifactOutcome.Verified, "");
}

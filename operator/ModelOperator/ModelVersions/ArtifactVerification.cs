namespace ModelOperator.ModelVersions;

/// <summary>What reading an artifact's bytes showed.</summary>
/// <param name="Outcome">What it showed.</param>
/// <param name="Detail">More for people.</param>
/// <param name="SizeBytes">Sum of the files' sizes, as read; null where not all were.</param>
public sealed record ArtifactVerification(ArtifactOutcome Outcome, string Detail, long? SizeBytes = null)
{
    /// <summary>All bytes were read and are right.</summary>
    public static ArtifactVerification Verified { get; } = new(ArtifactOutcome.Verified, "");
}

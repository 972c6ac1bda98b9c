namespace ModelOperator.ModelVersions;

/// <summary>What reading an artifact's bytes showed.</summary>
public enum ArtifactOutcome
{
    /// <summary>All bytes were read and are right.</summary>
    Verified,

    /// <summary>The bytes hash to something else.</summary>
    Mismatch,

    /// <summary>The store does not have all of them.</summary>
    NotFound,

    /// <summary>The store cannot be asked now.</summary>
    Unavailable,
}

namespace ModelOperator.Artifacts;

/// <summary>What a request wants of the store.</summary>
public enum ArtifactVerb
{
    /// <summary>Upload.</summary>
    Create,

    /// <summary>Ask whether a blob is there.</summary>
    Exists,

    /// <summary>Read bytes.</summary>
    Get,

    /// <summary>Say what is named, so that the rest may be deleted.</summary>
    Collect,
}

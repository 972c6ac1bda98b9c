namespace ModelOperator.Artifacts;

/// <summary>The three scopes of a store token.</summary>
public enum ArtifactScopeKind
{
    /// <summary>Upload, for one run.</summary>
    Write,

    /// <summary>Read one blob or artifact.</summary>
    Read,

    /// <summary>Everything.</summary>
    Admin,
}

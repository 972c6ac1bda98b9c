namespace ModelOperator.Artifacts;

/// <summary>The scopes of a token.</summary>
public enum ArtifactScopeKind
{
    /// <summary>Upload, for one run.</summary>
    Write,

    /// <summary>Read one blob or artifact.</summary>
    Read,

    /// <summary>Everything.</summary>
    Admin,

    /// <summary>Hand over predictions of one served version; nothing of the store.</summary>
    Log,
}

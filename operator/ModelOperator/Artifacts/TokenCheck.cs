namespace ModelOperator.Artifacts;

/// <summary>Outcome of checking a store token: a scope, or why there is none.</summary>
/// <param name="Scope">The scope of a valid token.</param>
/// <param name="Refusal">Why the token was refused.</param>
public sealed record TokenCheck(ArtifactScope? Scope, string? Refusal)
{
    /// <summary>Not of the form of a token.</summary>
    public static TokenCheck Malformed { get; } = new(null, "the token is malformed");

    /// <summary>Signed with another key, or changed.</summary>
    public static TokenCheck BadSignature { get; } = new(null, "the token's signature does not match this store's key");

    /// <summary>Its time has passed.</summary>
    public static TokenCheck Expired { get; } = new(null, "the token has expired");

    /// <summary>The token allows this.</summary>
    public static TokenCheck Valid(ArtifactScope scope) => new(scope, null);
}

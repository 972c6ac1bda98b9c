namespace ModelOperator.Artifacts;

/// <summary>Decides about bearer tokens that are not the store's own.</summary>
public interface IArtifactAuthorizer
{
    /// <summary>Decides one request; never throws for an unreachable authority, answers 503 instead.</summary>
    /// <param name="bearer">The token.</param>
    /// <param name="verb">What is wanted.</param>
    /// <param name="namespaceName">Namespace whose permission is claimed; null for the whole cluster.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<AccessDecision> AuthorizeAsync(string bearer, ArtifactVerb verb, string? namespaceName, CancellationToken cancellationToken);
}

namespace ModelOperator.Artifacts;

/// <summary>Decides what a bearer token may do: the store's own tokens by their scope, others by the authorizer.</summary>
public sealed class ArtifactAccess(string keyFile, BlobStore blobs, IArtifactAuthorizer? authorizer, TimeProvider time)
{
    /// <summary>Decides one request.</summary>
    /// <param name="authorization">The header.</param>
    /// <param name="verb">What is wanted.</param>
    /// <param name="digest">Of which blob; null for the store as a whole.</param>
    /// <param name="namespaceName">Namespace whose permission a person claims.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<AccessDecision> DecideAsync(
        string? authorization, ArtifactVerb verb, Sha256Digest? digest, string? namespaceName, CancellationToken cancellationToken)
    {
        if (ArtifactTokens.Bearer(authorization) is not { } bearer)
            return AccessDecision.Unauthenticated(ArtifactTokens.HowToSend);
        if (ArtifactTokens.LooksLikeToken(bearer))
            return await DecideByScopeAsync(bearer, verb, digest, cancellationToken);
        if (verb == ArtifactVerb.Collect)
            return AccessDecision.Forbidden("only the operator says what is named");
        return authorizer is null
            ? AccessDecision.Unauthenticated("this store accepts only its own tokens")
            : await authorizer.AuthorizeAsync(bearer, verb, namespaceName, cancellationToken);
    }

    private async Task<AccessDecision> DecideByScopeAsync(string bearer, ArtifactVerb verb, Sha256Digest? digest, CancellationToken cancellationToken)
    {
        var (found, refusal) = await ArtifactTokens.CheckAsync(keyFile, bearer, time, cancellationToken);
        if (found is not { } scope)
            return refusal;
        var allowed = scope.Kind switch
        {
            ArtifactScopeKind.Admin => true,
            ArtifactScopeKind.Write => verb is ArtifactVerb.Create or ArtifactVerb.Exists,
            ArtifactScopeKind.Log => false,
            _ => verb is ArtifactVerb.Get or ArtifactVerb.Exists && digest is { } read && (scope.Digest == read || await ListsAsync(scope.Digest, read, cancellationToken)),
        };
        return allowed
            ? AccessDecision.Allowed with { Caller = scope.Text, Namespace = scope.Namespace }
            : AccessDecision.Forbidden($"the token's scope {scope.Text} does not allow to {Verb(verb)} {(digest is { } one ? one : "the store")}");
    }

    /// <summary>True when the blob of a read scope is a manifest that lists the digest.</summary>
    private async Task<bool> ListsAsync(Sha256Digest manifestDigest, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var manifest = await blobs.ReadManifestAsync(manifestDigest, cancellationToken);
        return manifest is not null && manifest.Entries.Any(entry => entry.Digest == digest);
    }

    private static string Verb(ArtifactVerb verb) => verb switch
    {
        ArtifactVerb.Create => "upload",
        ArtifactVerb.Exists => "look for",
        ArtifactVerb.Collect => "collect",
        _ => "read",
    };
}

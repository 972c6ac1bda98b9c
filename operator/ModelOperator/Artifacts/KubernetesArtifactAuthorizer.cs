using ModelOperator.Api;
using ModelOperator.Commands;
using ModelOperator.Kubernetes;

namespace ModelOperator.Artifacts;

/// <summary>
/// Lets people in by their Kubernetes tokens: TokenReview for who they are, SubjectAccessReview for the verbs create and get
/// on the virtual resource <c>artifacts.modeloperator.io</c>.
/// </summary>
public sealed class KubernetesArtifactAuthorizer(IKubernetesClient client) : IArtifactAuthorizer
{
    /// <inheritdoc />
    public async Task<AccessDecision> AuthorizeAsync(string bearer, ArtifactVerb verb, string? namespaceName, CancellationToken cancellationToken)
    {
        try
        {
            var user = await AccessReview.UserOfAsync(client, bearer, cancellationToken);
            if (user is null)
                return AccessDecision.Unauthenticated("the Kubernetes API server does not accept the token");
            return await ReviewAccessAsync(user, verb, namespaceName, cancellationToken);
        }
        catch (Exception failure) when (failure is KubernetesException or HttpRequestException or TimeoutException)
        {
            return AccessDecision.Unknown($"the Kubernetes API server cannot be asked about the token: {failure.Message}");
        }
    }

    private async Task<AccessDecision> ReviewAccessAsync(V1UserInfo user, ArtifactVerb verb, string? namespaceName, CancellationToken cancellationToken)
    {
        var attributes = new V1ResourceAttributes
        {
            Group = ModelOperatorApi.Group,
            Version = ModelOperatorApi.Version,
            Resource = "artifacts",
            Verb = verb == ArtifactVerb.Create ? "create" : "get",
            NamespaceProperty = namespaceName,
        };
        if (await AccessReview.AllowsAsync(client, user, attributes, cancellationToken))
            return AccessDecision.Allowed with { Caller = $"user {user.Username}", Namespace = namespaceName };
        var scope = namespaceName is null ? "in the whole cluster; name a namespace with ?namespace=" : $"in namespace {namespaceName}";
        return AccessDecision.Forbidden($"user {user.Username} may not {attributes.Verb} artifacts.{ModelOperatorApi.Group} {scope}");
    }
}

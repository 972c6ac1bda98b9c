using ModelOperator.Kubernetes;

namespace ModelOperator.Commands;

/// <summary>Asks the API server who somebody is, and whether they may do something: TokenReview and SubjectAccessReview.</summary>
public static class AccessReview
{
    private const string Path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    private const string TokenReviews = "/apis/authentication.k8s.io/v1/tokenreviews";

    /// <summary>Whose token it is; null when the server does not accept it.</summary>
    /// <exception cref="KubernetesException">The server does not answer.</exception>
    public static async Task<V1UserInfo?> UserOfAsync(IKubernetesClient client, string bearer, CancellationToken cancellationToken)
    {
        var review = await client.PostAsync(
            TokenReviews, new V1TokenReview { Spec = { Token = bearer } }, KubernetesJson.Default.V1TokenReview, KubernetesJson.Default.V1TokenReview, cancellationToken);
        return review.Status is { Authenticated: true, User: { Username.Length: > 0 } user } ? user : null;
    }

    /// <summary>True when the user may.</summary>
    /// <exception cref="KubernetesException">The server does not answer; nobody may anything on a guess.</exception>
    public static async Task<bool> AllowsAsync(IKubernetesClient client, V1UserInfo user, V1ResourceAttributes attributes, CancellationToken cancellationToken)
    {
        var review = new V1SubjectAccessReview
        {
            Spec = { User = user.Username, Groups = user.Groups, Uid = user.Uid, Extra = user.Extra, ResourceAttributes = attributes },
        };
        var answer = await client.PostAsync(
            Path, review, KubernetesJson.Default.V1SubjectAccessReview, KubernetesJson.Default.V1SubjectAccessReview, cancellationToken);
        return answer.Status is { Allowed: true } and not { Denied: true };
    }
}

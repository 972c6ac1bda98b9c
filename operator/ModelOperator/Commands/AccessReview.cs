using ModelOperator.Kubernetes;

namespace ModelOperator.Commands;

/// <summary>Asks the API server whether somebody may do something: SubjectAccessReview.</summary>
public static class AccessReview
{
    private const string Path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

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

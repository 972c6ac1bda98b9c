namespace ModelOperator.Kubernetes;

/// <summary>Asks whether a user may do something.</summary>
public sealed record V1SubjectAccessReview() : KubernetesObject("authorization.k8s.io/v1", "SubjectAccessReview")
{
    /// <summary>Question.</summary>
    public V1SubjectAccessReviewSpec Spec { get; set; } = new();

    /// <summary>Answer.</summary>
    public V1SubjectAccessReviewStatus? Status { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>Asks whose token it is.</summary>
public sealed record V1TokenReview() : KubernetesObject("authentication.k8s.io/v1", "TokenReview")
{
    /// <summary>Question.</summary>
    public V1TokenReviewSpec Spec { get; set; } = new();

    /// <summary>Answer.</summary>
    public V1TokenReviewStatus? Status { get; set; }
}

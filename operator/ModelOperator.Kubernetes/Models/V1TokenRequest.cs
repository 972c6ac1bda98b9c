namespace ModelOperator.Kubernetes;

/// <summary>Asks for a bound token of a service account.</summary>
public sealed record V1TokenRequest() : KubernetesObject("authentication.k8s.io/v1", "TokenRequest")
{
    /// <summary>Question.</summary>
    public V1TokenRequestSpec Spec { get; set; } = new();

    /// <summary>Answer.</summary>
    public V1TokenRequestStatus? Status { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>Replicated pods with rolling updates.</summary>
public sealed record V1Deployment() : KubernetesObject("apps/v1", "Deployment")
{
    /// <summary>Desired state.</summary>
    public V1DeploymentSpec? Spec { get; set; }

    /// <summary>Observed state.</summary>
    public V1DeploymentStatus? Status { get; set; }
}

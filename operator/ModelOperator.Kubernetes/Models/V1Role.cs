namespace ModelOperator.Kubernetes;

/// <summary>Permissions within a namespace.</summary>
public sealed record V1Role() : KubernetesObject("rbac.authorization.k8s.io/v1", "Role")
{
    /// <summary>Rules; each adds permissions.</summary>
    public List<V1PolicyRule>? Rules { get; set; }
}

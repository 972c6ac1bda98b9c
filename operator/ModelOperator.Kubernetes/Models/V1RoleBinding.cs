namespace ModelOperator.Kubernetes;

/// <summary>Grants a role within a namespace.</summary>
public sealed record V1RoleBinding() : KubernetesObject("rbac.authorization.k8s.io/v1", "RoleBinding")
{
    /// <summary>Role; immutable.</summary>
    public V1RoleRef RoleRef { get; set; } = new();

    /// <summary>Who gets it.</summary>
    public List<V1Subject>? Subjects { get; set; }
}

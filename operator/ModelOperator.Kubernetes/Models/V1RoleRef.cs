namespace ModelOperator.Kubernetes;

/// <summary>The granted role.</summary>
public sealed record V1RoleRef : KubernetesValue
{
    /// <summary>API group.</summary>
    public string ApiGroup { get; set; } = "rbac.authorization.k8s.io";

    /// <summary>Role or ClusterRole.</summary>
    public string Kind { get; set; } = string.Empty;

    /// <summary>Name.</summary>
    public string Name { get; set; } = string.Empty;
}

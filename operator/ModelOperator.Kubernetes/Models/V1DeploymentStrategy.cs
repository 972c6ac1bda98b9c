namespace ModelOperator.Kubernetes;

/// <summary>How pods are replaced.</summary>
public sealed record V1DeploymentStrategy : KubernetesValue
{
    /// <summary>Recreate or RollingUpdate.</summary>
    public string? Type { get; set; }

    /// <summary>Limits of a rolling update.</summary>
    public V1RollingUpdateDeployment? RollingUpdate { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>Limits of a rolling update.</summary>
public sealed record V1RollingUpdateDeployment : KubernetesValue
{
    /// <summary>Pods above replicas.</summary>
    public IntOrString? MaxSurge { get; set; }

    /// <summary>Pods below replicas.</summary>
    public IntOrString? MaxUnavailable { get; set; }
}

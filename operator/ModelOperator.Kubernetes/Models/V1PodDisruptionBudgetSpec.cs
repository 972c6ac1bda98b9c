namespace ModelOperator.Kubernetes;

/// <summary>Limits of voluntary disruptions.</summary>
public sealed record V1PodDisruptionBudgetSpec : KubernetesValue
{
    /// <summary>Pods that must stay.</summary>
    public IntOrString? MinAvailable { get; set; }

    /// <summary>Pods that may go.</summary>
    public IntOrString? MaxUnavailable { get; set; }

    /// <summary>Pods.</summary>
    public V1LabelSelector? Selector { get; set; }
}

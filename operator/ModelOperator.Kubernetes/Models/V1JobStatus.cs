namespace ModelOperator.Kubernetes;

/// <summary>Observed state of a Job.</summary>
public sealed record V1JobStatus : KubernetesValue
{
    /// <summary>Complete, Failed and others.</summary>
    public List<V1JobCondition>? Conditions { get; set; }
}

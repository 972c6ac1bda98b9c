namespace ModelOperator.Kubernetes;

/// <summary>Observed state of a Deployment.</summary>
public sealed record V1DeploymentStatus
{
    /// <summary>Generation that the controller has seen.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>Pods.</summary>
    public int? Replicas { get; set; }

    /// <summary>Pods of the current template.</summary>
    public int? UpdatedReplicas { get; set; }

    /// <summary>Ready pods.</summary>
    public int? ReadyReplicas { get; set; }

    /// <summary>Pods ready for minReadySeconds.</summary>
    public int? AvailableReplicas { get; set; }

    /// <summary>Missing pods.</summary>
    public int? UnavailableReplicas { get; set; }

    /// <summary>Available, Progressing, ReplicaFailure.</summary>
    public List<V1DeploymentCondition>? Conditions { get; set; }
}

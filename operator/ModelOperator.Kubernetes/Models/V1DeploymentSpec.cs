namespace ModelOperator.Kubernetes;

/// <summary>Desired state of a Deployment.</summary>
public sealed record V1DeploymentSpec : KubernetesValue
{
    /// <summary>Wanted pods.</summary>
    public int? Replicas { get; set; }

    /// <summary>Pods that belong to the Deployment; immutable.</summary>
    public V1LabelSelector? Selector { get; set; }

    /// <summary>Pods.</summary>
    public V1PodTemplateSpec? Template { get; set; }

    /// <summary>How pods are replaced.</summary>
    public V1DeploymentStrategy? Strategy { get; set; }

    /// <summary>Seconds of readiness before a pod counts as available.</summary>
    public int? MinReadySeconds { get; set; }

    /// <summary>Old ReplicaSets kept.</summary>
    public int? RevisionHistoryLimit { get; set; }

    /// <summary>Seconds until Progressing turns False.</summary>
    public int? ProgressDeadlineSeconds { get; set; }

    /// <summary>Whether rollouts are held.</summary>
    public bool? Paused { get; set; }
}

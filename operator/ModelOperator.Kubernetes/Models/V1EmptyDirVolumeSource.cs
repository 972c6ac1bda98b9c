namespace ModelOperator.Kubernetes;

/// <summary>Scratch space.</summary>
public sealed record V1EmptyDirVolumeSource : KubernetesValue
{
    /// <summary>Empty or Memory.</summary>
    public string? Medium { get; set; }

    /// <summary>Limit at which the kubelet evicts the pod.</summary>
    public Quantity? SizeLimit { get; set; }
}

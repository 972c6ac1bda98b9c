namespace ModelOperator.Kubernetes;

/// <summary>Requests and limits of a container.</summary>
public sealed record V1ResourceRequirements : KubernetesValue
{
    /// <summary>What the scheduler reserves.</summary>
    public Dictionary<string, Quantity>? Requests { get; set; }

    /// <summary>What the kubelet enforces.</summary>
    public Dictionary<string, Quantity>? Limits { get; set; }
}

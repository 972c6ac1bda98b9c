namespace ModelOperator.Kubernetes;

/// <summary>Linux capabilities.</summary>
public sealed record V1Capabilities : KubernetesValue
{
    /// <summary>Added.</summary>
    public List<string>? Add { get; set; }

    /// <summary>Dropped.</summary>
    public List<string>? Drop { get; set; }
}

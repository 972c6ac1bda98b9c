namespace ModelOperator.Kubernetes;

/// <summary>A TCP check.</summary>
public sealed record V1TcpSocketAction : KubernetesValue
{
    /// <summary>Port number or name.</summary>
    public IntOrString Port { get; set; }
}

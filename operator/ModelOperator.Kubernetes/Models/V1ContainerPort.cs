namespace ModelOperator.Kubernetes;

/// <summary>A port that a container listens on.</summary>
public sealed record V1ContainerPort : KubernetesValue
{
    /// <summary>Name.</summary>
    public string? Name { get; set; }

    /// <summary>Port number.</summary>
    public int ContainerPort { get; set; }

    /// <summary>TCP, UDP or SCTP. TCP is written out: server-side apply keys ports by containerPort and protocol.</summary>
    public string? Protocol { get; set; } = "TCP";
}

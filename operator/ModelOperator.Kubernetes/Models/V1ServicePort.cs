namespace ModelOperator.Kubernetes;

/// <summary>A port of a Service.</summary>
public sealed record V1ServicePort : KubernetesValue
{
    /// <summary>Name; required with several ports.</summary>
    public string? Name { get; set; }

    /// <summary>Port of the Service.</summary>
    public int Port { get; set; }

    /// <summary>Port of the pods.</summary>
    public IntOrString? TargetPort { get; set; }

    /// <summary>TCP, UDP or SCTP. Written out: server-side apply keys ports by port and protocol.</summary>
    public string? Protocol { get; set; } = "TCP";

    /// <summary>Port on every node.</summary>
    public int? NodePort { get; set; }

    /// <summary>Application protocol.</summary>
    public string? AppProtocol { get; set; }
}

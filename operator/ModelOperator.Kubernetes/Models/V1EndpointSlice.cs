namespace ModelOperator.Kubernetes;

/// <summary>Some of the endpoints of a Service (discovery.k8s.io/v1; what is declared here is the same in v1beta1).</summary>
public sealed record V1EndpointSlice() : KubernetesObject("discovery.k8s.io/v1", "EndpointSlice")
{
    /// <summary>Label with the name of the Service.</summary>
    public const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>IPv4, IPv6 or FQDN.</summary>
    public string? AddressType { get; set; }

    /// <summary>Endpoints, ready or not.</summary>
    public List<V1Endpoint>? Endpoints { get; set; }
}

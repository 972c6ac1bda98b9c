using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>One rule of an HTTPRoute.</summary>
public sealed record HttpRouteRule : KubernetesValue
{
    /// <summary>Where matching requests go, by weight.</summary>
    public List<HttpBackendRef>? BackendRefs { get; set; }
}

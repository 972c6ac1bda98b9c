using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>VirtualService of Istio, as far as it is read here.</summary>
public sealed record VirtualService() : KubernetesObject("networking.istio.io/v1", "VirtualService")
{
    /// <summary>The user's part.</summary>
    public VirtualServiceSpec? Spec { get; set; }
}

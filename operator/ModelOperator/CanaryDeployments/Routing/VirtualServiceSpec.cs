using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>What a VirtualService asks for.</summary>
public sealed record VirtualServiceSpec : KubernetesValue
{
    /// <summary>HTTP routes, in order.</summary>
    public List<VirtualServiceRoute>? Http { get; set; }
}

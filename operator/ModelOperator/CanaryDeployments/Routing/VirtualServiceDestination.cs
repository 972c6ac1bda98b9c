using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>One weighted destination of a VirtualService.</summary>
public sealed record VirtualServiceDestination : KubernetesValue
{
    /// <summary>Where it leads.</summary>
    public VirtualServiceHost? Destination { get; set; }

    /// <summary>Share, relative to the other destinations; 0 when null and there are several.</summary>
    public int? Weight { get; set; }
}

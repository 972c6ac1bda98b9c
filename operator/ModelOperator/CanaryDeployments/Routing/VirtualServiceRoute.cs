using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>One HTTP route of a VirtualService.</summary>
public sealed record VirtualServiceRoute : KubernetesValue
{
    /// <summary>Name.</summary>
    public string? Name { get; set; }

    /// <summary>Where matching requests go, by weight.</summary>
    public List<VirtualServiceDestination>? Route { get; set; }
}

using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>A host of the mesh.</summary>
public sealed record VirtualServiceHost : KubernetesValue
{
    /// <summary>Name of a Service, short or qualified.</summary>
    public string? Host { get; set; }
}

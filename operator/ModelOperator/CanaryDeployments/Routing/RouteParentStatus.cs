using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>What one parent says of a route.</summary>
public sealed record RouteParentStatus : KubernetesValue
{
    /// <summary>The parent.</summary>
    public RouteParentReference ParentRef { get; set; } = new();

    /// <summary>Who wrote the entry.</summary>
    public string? ControllerName { get; set; }

    /// <summary>Accepted, ResolvedRefs and others.</summary>
    public List<V1Condition>? Conditions { get; set; }
}

using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>A stable address for a set of pods.</summary>
public sealed record V1Service() : KubernetesObject("v1", "Service")
{
    /// <summary>Desired state.</summary>
    public V1ServiceSpec? Spec { get; set; }

    /// <summary>Load balancer state, passed through.</summary>
    public JsonElement? Status { get; set; }
}

using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>HTTP routes into the cluster (networking.k8s.io/v1).</summary>
public sealed record V1Ingress() : KubernetesObject("networking.k8s.io/v1", "Ingress")
{
    /// <summary>Desired state.</summary>
    public V1IngressSpec? Spec { get; set; }

    /// <summary>Load balancer state, passed through.</summary>
    public JsonElement? Status { get; set; }
}

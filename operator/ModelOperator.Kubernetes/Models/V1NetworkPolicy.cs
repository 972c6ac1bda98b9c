using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>Allowed traffic of pods; the spec is passed through as written.</summary>
public sealed record V1NetworkPolicy() : KubernetesObject("networking.k8s.io/v1", "NetworkPolicy")
{
    /// <summary>Spec.</summary>
    public JsonElement? Spec { get; set; }
}

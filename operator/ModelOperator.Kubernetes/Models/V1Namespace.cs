using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>A namespace.</summary>
public sealed record V1Namespace() : KubernetesObject("v1", "Namespace")
{
    /// <summary>Finalizers, passed through.</summary>
    public JsonElement? Spec { get; set; }

    /// <summary>Phase.</summary>
    public V1NamespaceStatus? Status { get; set; }
}

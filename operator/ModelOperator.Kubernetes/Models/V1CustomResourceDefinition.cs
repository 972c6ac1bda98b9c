using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>A custom resource definition; the spec is passed through as written.</summary>
public sealed record V1CustomResourceDefinition() : KubernetesObject("apiextensions.k8s.io/v1", "CustomResourceDefinition")
{
    /// <summary>Spec.</summary>
    public JsonElement? Spec { get; set; }

    /// <summary>Conditions.</summary>
    public V1CustomResourceDefinitionStatus? Status { get; set; }
}

using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>Limits voluntary disruptions. The API version is chosen by discovery (policy/v1, or policy/v1beta1 before 1.21).</summary>
public sealed record V1PodDisruptionBudget() : KubernetesObject("policy/v1", "PodDisruptionBudget")
{
    /// <summary>Desired state.</summary>
    public V1PodDisruptionBudgetSpec? Spec { get; set; }

    /// <summary>Status, passed through.</summary>
    public JsonElement? Status { get; set; }
}

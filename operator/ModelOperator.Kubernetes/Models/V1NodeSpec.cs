using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Desired state of a node.</summary>
public sealed record V1NodeSpec : KubernetesValue
{
    /// <summary>Whether new pods are kept off.</summary>
    public bool? Unschedulable { get; set; }

    /// <summary>Machine at the cloud provider.</summary>
    [JsonPropertyName("providerID")]
    public string? ProviderID { get; set; }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>A part of an object that may be written back: fields that this model does not know are kept.</summary>
public abstract record KubernetesValue
{
    /// <summary>Fields on the wire that this model does not declare; null when there are none.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? AdditionalProperties { get; set; }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>What an admission webhook is asked.</summary>
public sealed record AdmissionRequest : KubernetesValue
{
    /// <summary>Identity of the call; copied to the answer.</summary>
    public string Uid { get; set; } = string.Empty;

    /// <summary>Kind of the object.</summary>
    public GroupVersionKind? Kind { get; set; }

    /// <summary>Resource.</summary>
    public GroupVersionResource? Resource { get; set; }

    /// <summary>Subresource, for example status.</summary>
    public string? SubResource { get; set; }

    /// <summary>Name; empty when generateName is used.</summary>
    public string? Name { get; set; }

    /// <summary>Namespace.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public string Operation { get; set; } = string.Empty;

    /// <summary>Who asks.</summary>
    public V1UserInfo? UserInfo { get; set; }

    /// <summary>The new object; null for DELETE.</summary>
    [JsonPropertyName("object")]
    public JsonElement? ObjectProperty { get; set; }

    /// <summary>The old object; null for CREATE.</summary>
    public JsonElement? OldObject { get; set; }

    /// <summary>Whether nothing will be persisted.</summary>
    public bool? DryRun { get; set; }

    /// <summary>Options of the call.</summary>
    public JsonElement? Options { get; set; }
}

using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Verbs on resources.</summary>
public sealed record V1PolicyRule : KubernetesValue
{
    /// <summary>API groups; "" is the core group.</summary>
    public List<string>? ApiGroups { get; set; }

    /// <summary>Resources.</summary>
    public List<string>? Resources { get; set; }

    /// <summary>Names; all when null.</summary>
    public List<string>? ResourceNames { get; set; }

    /// <summary>Verbs.</summary>
    public List<string> Verbs { get; set; } = [];

    /// <summary>Paths; cluster roles only.</summary>
    [JsonPropertyName("nonResourceURLs")]
    public List<string>? NonResourceURLs { get; set; }
}

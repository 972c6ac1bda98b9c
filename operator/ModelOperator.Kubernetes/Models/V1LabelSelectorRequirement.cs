using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>One set-based label requirement.</summary>
public sealed record V1LabelSelectorRequirement : KubernetesValue
{
    /// <summary>Label key.</summary>
    public string Key { get; set; } = string.Empty;

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [JsonPropertyName("operator")]
    public string OperatorProperty { get; set; } = string.Empty;

    /// <summary>Values for In and NotIn.</summary>
    public List<string>? Values { get; set; }
}

using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>
/// Base of kinds, custom ones included. Items of a list answer carry no apiVersion and kind for built-in kinds;
/// the constructor's values stand in.
/// </summary>
public abstract record KubernetesObject : KubernetesValue, IKubernetesObject
{
    /// <summary>Names the kind.</summary>
    /// <param name="apiVersion">"v1" or "group/version".</param>
    /// <param name="kind">Kind, CamelCase.</param>
    protected KubernetesObject(string apiVersion, string kind)
    {
        ApiVersion = apiVersion;
        Kind = kind;
    }

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public string ApiVersion { get; set; }

    /// <inheritdoc/>
    [JsonPropertyOrder(-2)]
    public string Kind { get; set; }

    /// <inheritdoc/>
    [JsonPropertyOrder(-1)]
    public V1ObjectMeta Metadata { get; set; } = new();
}

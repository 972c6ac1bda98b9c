using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Desired state of a Service.</summary>
public sealed record V1ServiceSpec : KubernetesValue
{
    /// <summary>ClusterIP, NodePort, LoadBalancer or ExternalName.</summary>
    public string? Type { get; set; }

    /// <summary>Virtual address; None for headless.</summary>
    [JsonPropertyName("clusterIP")]
    public string? ClusterIP { get; set; }

    /// <summary>Virtual addresses per family.</summary>
    [JsonPropertyName("clusterIPs")]
    public List<string>? ClusterIPs { get; set; }

    /// <summary>Pod labels.</summary>
    public Dictionary<string, string>? Selector { get; set; }

    /// <summary>Ports.</summary>
    public List<V1ServicePort>? Ports { get; set; }

    /// <summary>None or ClientIP.</summary>
    public string? SessionAffinity { get; set; }

    /// <summary>Whether unready pods get DNS records.</summary>
    public bool? PublishNotReadyAddresses { get; set; }
}

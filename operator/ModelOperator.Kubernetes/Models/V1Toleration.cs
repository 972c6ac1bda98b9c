using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>A taint that the pod tolerates.</summary>
public sealed record V1Toleration : KubernetesValue
{
    /// <summary>Taint key.</summary>
    public string? Key { get; set; }

    /// <summary>Exists or Equal.</summary>
    [JsonPropertyName("operator")]
    public string? OperatorProperty { get; set; }

    /// <summary>Taint value.</summary>
    public string? Value { get; set; }

    /// <summary>NoSchedule, PreferNoSchedule or NoExecute.</summary>
    public string? Effect { get; set; }

    /// <summary>Seconds for NoExecute.</summary>
    public long? TolerationSeconds { get; set; }
}

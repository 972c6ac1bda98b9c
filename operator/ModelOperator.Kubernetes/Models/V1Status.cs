namespace ModelOperator.Kubernetes;

/// <summary>Result of an API call that is not an object (metav1.Status).</summary>
public sealed record V1Status : KubernetesValue
{
    /// <summary>Always v1.</summary>
    public string ApiVersion { get; set; } = "v1";

    /// <summary>Always Status.</summary>
    public string Kind { get; set; } = "Status";

    /// <summary>Success or Failure.</summary>
    public string? Status { get; set; }

    /// <summary>Text for people; never matched on by code.</summary>
    public string? Message { get; set; }

    /// <summary>Machine-readable reason; see KubernetesReasons.</summary>
    public string? Reason { get; set; }

    /// <summary>HTTP status code.</summary>
    public int? Code { get; set; }

    /// <summary>Facts about the failure.</summary>
    public V1StatusDetails? Details { get; set; }
}

using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Options of a delete.</summary>
public sealed record DeleteOptions
{
    /// <summary>Always v1.</summary>
    public string ApiVersion { get; set; } = "v1";

    /// <summary>Always DeleteOptions.</summary>
    public string Kind { get; set; } = "DeleteOptions";

    /// <summary>Orphan, Background or Foreground; the kind's default when null. See <see cref="PropagationPolicies"/>.</summary>
    public string? PropagationPolicy { get; set; }

    /// <summary>UID and version that the object must have; otherwise 409.</summary>
    public Preconditions? Preconditions { get; set; }

    /// <summary>Seconds for graceful deletion; 0 deletes at once.</summary>
    public long? GracePeriodSeconds { get; set; }

    /// <summary>["All"] to persist nothing.</summary>
    [JsonPropertyName("dryRun")]
    public List<string>? DryRun { get; set; }
}

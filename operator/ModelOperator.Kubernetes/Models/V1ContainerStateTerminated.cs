using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>An ended container.</summary>
public sealed record V1ContainerStateTerminated
{
    /// <summary>Exit code; 128+n after signal n.</summary>
    public int ExitCode { get; set; }

    /// <summary>Signal, when the runtime reports it.</summary>
    public int? Signal { get; set; }

    /// <summary>Completed, Error, OOMKilled and so on.</summary>
    public string? Reason { get; set; }

    /// <summary>Termination message, at most 4096 bytes.</summary>
    public string? Message { get; set; }

    /// <summary>Start.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>End.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Container id.</summary>
    [JsonPropertyName("containerID")]
    public string? ContainerID { get; set; }
}

using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Observed state of a container.</summary>
public sealed record V1ContainerStatus
{
    /// <summary>Container name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Whether the readiness probe passes.</summary>
    public bool Ready { get; set; }

    /// <summary>Restarts.</summary>
    public int RestartCount { get; set; }

    /// <summary>Whether the startup probe passed.</summary>
    public bool? Started { get; set; }

    /// <summary>Image.</summary>
    public string? Image { get; set; }

    /// <summary>Image digest.</summary>
    [JsonPropertyName("imageID")]
    public string? ImageID { get; set; }

    /// <summary>Container id.</summary>
    [JsonPropertyName("containerID")]
    public string? ContainerID { get; set; }

    /// <summary>Current state.</summary>
    public V1ContainerState? State { get; set; }

    /// <summary>State before the last restart.</summary>
    public V1ContainerState? LastState { get; set; }
}

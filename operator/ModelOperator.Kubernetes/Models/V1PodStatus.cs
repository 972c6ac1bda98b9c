using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Observed state of a pod. Written by the kubelet; never written back by this client.</summary>
public sealed record V1PodStatus
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string? Phase { get; set; }

    /// <summary>Conditions.</summary>
    public List<V1PodCondition>? Conditions { get; set; }

    /// <summary>Text for people.</summary>
    public string? Message { get; set; }

    /// <summary>Reason, for example Evicted.</summary>
    public string? Reason { get; set; }

    /// <summary>Node after preemption.</summary>
    public string? NominatedNodeName { get; set; }

    /// <summary>Address of the node.</summary>
    [JsonPropertyName("hostIP")]
    public string? HostIP { get; set; }

    /// <summary>Address of the pod.</summary>
    [JsonPropertyName("podIP")]
    public string? PodIP { get; set; }

    /// <summary>When the kubelet accepted the pod.</summary>
    public DateTimeOffset? StartTime { get; set; }

    /// <summary>Quality of service class.</summary>
    public string? QosClass { get; set; }

    /// <summary>Init containers in order.</summary>
    public List<V1ContainerStatus>? InitContainerStatuses { get; set; }

    /// <summary>Main containers.</summary>
    public List<V1ContainerStatus>? ContainerStatuses { get; set; }
}

using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>Desired state of a pod.</summary>
public sealed record V1PodSpec : KubernetesValue
{
    /// <summary>Main containers.</summary>
    public List<V1Container> Containers { get; set; } = [];

    /// <summary>Containers run one by one, to the end, before the main ones.</summary>
    public List<V1Container>? InitContainers { get; set; }

    /// <summary>Volumes that containers mount.</summary>
    public List<V1Volume>? Volumes { get; set; }

    /// <summary>Always, OnFailure or Never.</summary>
    public string? RestartPolicy { get; set; }

    /// <summary>Seconds after start at which the kubelet fails the pod.</summary>
    public long? ActiveDeadlineSeconds { get; set; }

    /// <summary>Seconds between SIGTERM and SIGKILL.</summary>
    public long? TerminationGracePeriodSeconds { get; set; }

    /// <summary>DNS policy; the server defaults it.</summary>
    public string? DnsPolicy { get; set; }

    /// <summary>Scheduler; the server defaults it.</summary>
    public string? SchedulerName { get; set; }

    /// <summary>Service account.</summary>
    public string? ServiceAccountName { get; set; }

    /// <summary>Deprecated alias that the server fills in.</summary>
    public string? ServiceAccount { get; set; }

    /// <summary>Whether the token is mounted.</summary>
    public bool? AutomountServiceAccountToken { get; set; }

    /// <summary>Whether Services are put into the environment.</summary>
    public bool? EnableServiceLinks { get; set; }

    /// <summary>Whether the pod uses the node's network.</summary>
    public bool? HostNetwork { get; set; }

    /// <summary>Node, set by the scheduler.</summary>
    public string? NodeName { get; set; }

    /// <summary>Node labels that must match.</summary>
    public Dictionary<string, string>? NodeSelector { get; set; }

    /// <summary>Priority class.</summary>
    public string? PriorityClassName { get; set; }

    /// <summary>Priority, set by the server.</summary>
    public int? Priority { get; set; }

    /// <summary>Preemption policy.</summary>
    public string? PreemptionPolicy { get; set; }

    /// <summary>Container runtime class.</summary>
    public string? RuntimeClassName { get; set; }

    /// <summary>Host name inside the pod.</summary>
    public string? Hostname { get; set; }

    /// <summary>Subdomain for pod DNS.</summary>
    public string? Subdomain { get; set; }

    /// <summary>Security defaults of all containers.</summary>
    public V1PodSecurityContext? SecurityContext { get; set; }

    /// <summary>Secrets for image pulls.</summary>
    public List<V1LocalObjectReference>? ImagePullSecrets { get; set; }

    /// <summary>Taints that the pod tolerates.</summary>
    public List<V1Toleration>? Tolerations { get; set; }

    /// <summary>Affinity, passed through as written.</summary>
    public JsonElement? Affinity { get; set; }

    /// <summary>Spread constraints, passed through as written.</summary>
    public List<JsonElement>? TopologySpreadConstraints { get; set; }

    /// <summary>Gates that hold back scheduling (Kubernetes 1.27 and later).</summary>
    public List<JsonElement>? SchedulingGates { get; set; }
}

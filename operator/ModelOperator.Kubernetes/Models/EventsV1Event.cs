namespace ModelOperator.Kubernetes;

/// <summary>An event about an object (events.k8s.io/v1).</summary>
public sealed record EventsV1Event() : KubernetesObject("events.k8s.io/v1", "Event")
{
    /// <summary>First observation.</summary>
    public MicroTime? EventTime { get; set; }

    /// <summary>Normal or Warning.</summary>
    public string? Type { get; set; }

    /// <summary>CamelCase reason, at most 128 characters.</summary>
    public string? Reason { get; set; }

    /// <summary>What was done, at most 128 characters.</summary>
    public string? Action { get; set; }

    /// <summary>Text for people, at most 1 kB.</summary>
    public string? Note { get; set; }

    /// <summary>The object that the event is about.</summary>
    public V1ObjectReference? Regarding { get; set; }

    /// <summary>A second object.</summary>
    public V1ObjectReference? Related { get; set; }

    /// <summary>Controller, for example modeloperator.io/training-run.</summary>
    public string? ReportingController { get; set; }

    /// <summary>Instance of the controller.</summary>
    public string? ReportingInstance { get; set; }

    /// <summary>Repetitions; null for a single event.</summary>
    public V1EventSeries? Series { get; set; }
}

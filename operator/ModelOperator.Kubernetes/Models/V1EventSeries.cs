namespace ModelOperator.Kubernetes;

/// <summary>Repetitions of an event.</summary>
public sealed record V1EventSeries : KubernetesValue
{
    /// <summary>Observations.</summary>
    public int Count { get; set; }

    /// <summary>Last observation.</summary>
    public MicroTime? LastObservedTime { get; set; }
}

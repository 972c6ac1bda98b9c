namespace ModelOperator.Kubernetes;

/// <summary>State of a container: at most one member is set; none means waiting.</summary>
public sealed record V1ContainerState
{
    /// <summary>Not yet running.</summary>
    public V1ContainerStateWaiting? Waiting { get; set; }

    /// <summary>Running.</summary>
    public V1ContainerStateRunning? Running { get; set; }

    /// <summary>Ended.</summary>
    public V1ContainerStateTerminated? Terminated { get; set; }
}

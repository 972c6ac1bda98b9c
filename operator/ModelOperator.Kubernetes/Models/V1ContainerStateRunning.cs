namespace ModelOperator.Kubernetes;

/// <summary>A running container.</summary>
public sealed record V1ContainerStateRunning
{
    /// <summary>Start.</summary>
    public DateTimeOffset? StartedAt { get; set; }
}

namespace ModelOperator.Kubernetes;

/// <summary>Why a container is not yet running.</summary>
public sealed record V1ContainerStateWaiting
{
    /// <summary>Reason, for example ImagePullBackOff.</summary>
    public string? Reason { get; set; }

    /// <summary>Text for people.</summary>
    public string? Message { get; set; }
}

using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>Behaviour of informers.</summary>
public sealed record InformerOptions
{
    /// <summary>Objects per page of a list. Default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>A watch that lived longer than this is followed by the next without pause. Default 30 s.</summary>
    public TimeSpan HealthySession { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pauses after short or failed sessions. Default <see cref="BackOff.Watch"/>.</summary>
    public BackOff BackOff { get; init; } = BackOff.Watch;

    /// <summary>How long the server keeps a watch open; random in 240 to 480 s when null.</summary>
    public TimeSpan? WatchTimeout { get; init; }

    /// <summary>Longest time without a turn of the loop before the informer counts as hung; twice the longest watch. Default 17 minutes.</summary>
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(2 * (480 + 30));
}

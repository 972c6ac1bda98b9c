namespace ModelOperator.CanaryDeployments;

/// <summary>What all gateway Pods of a canary together say there is to do.</summary>
public sealed record CanaryLoad
{
    /// <summary>True when every gateway Pod that serves has answered. Otherwise there may be more to do than this.</summary>
    public bool Answered { get; init; }

    /// <summary>True when the averages are of the whole window.</summary>
    public bool Whole { get; init; }

    /// <summary>Requests per second, over the last minute.</summary>
    public double RequestsPerSecond { get; init; }

    /// <summary>Requests under way on average, over the last minute: seconds of work per second (Little's law).</summary>
    public double Concurrency { get; init; }

    /// <summary>Requests per second, over the last seconds.</summary>
    public double RecentRequestsPerSecond { get; init; }

    /// <summary>Requests under way on average, over the last seconds.</summary>
    public double RecentConcurrency { get; init; }

    /// <summary>Requests without an answer now.</summary>
    public long InFlight { get; init; }

    /// <summary>Requests that wait for a server now.</summary>
    public long Held { get; init; }

    /// <summary>Time since the last request came or ended at any of them.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>True when there has been a request since a gateway Pod began.</summary>
    public bool Asked { get; init; }

    /// <summary>Most replicas that were wanted within the scale-down window; null while it is not known for all of it.</summary>
    public int? Peak { get; init; }
}

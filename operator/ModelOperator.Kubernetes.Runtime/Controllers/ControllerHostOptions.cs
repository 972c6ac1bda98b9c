namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Behaviour of the host.</summary>
public sealed record ControllerHostOptions
{
    /// <summary>How long passes under way may take to finish after SIGTERM, before they are cancelled. Default 10 s.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Retries per second of all controllers together, in the long run. Default 10.</summary>
    public double RetriesPerSecond { get; init; } = 10;

    /// <summary>Retries at once. Default 100.</summary>
    public double RetryBurst { get; init; } = 100;

    /// <summary>
    /// Ends the process after leadership was lost; the workers have stopped unless the argument is false. Default: exit code 1 through
    /// a stop of the host, or at once when workers are stuck.
    /// </summary>
    public Action<bool>? LeadershipLost { get; init; }
}

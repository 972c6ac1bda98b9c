namespace ModelOperator.Kubernetes.Runtime.Events;

/// <summary>Behaviour of the event recorder.</summary>
public sealed record EventRecorderOptions
{
    /// <summary>Prefix of the reporting controller. Default <c>modeloperator.io/</c>.</summary>
    public string ControllerPrefix { get; init; } = "modeloperator.io/";

    /// <summary>Reporting instance: the pod's name. Default <c>model-operator</c>.</summary>
    public string Instance { get; init; } = "model-operator";

    /// <summary>Events written per second in the long run. Default 5.</summary>
    public double PerSecond { get; init; } = 5;

    /// <summary>Events written at once. Default 50.</summary>
    public double Burst { get; init; } = 50;

    /// <summary>The same event within this time is counted, not written. Default 30 s.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same event after this time is a new one (a server keeps events for an hour). Default 1 h.</summary>
    public TimeSpan SeriesEnd { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Events that wait to be written; more are dropped and counted. Default 1000.</summary>
    public int Waiting { get; init; } = 1000;
}

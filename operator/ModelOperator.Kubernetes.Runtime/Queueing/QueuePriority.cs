namespace ModelOperator.Kubernetes.Runtime.Queueing;

/// <summary>Order in which ready keys are taken.</summary>
public enum QueuePriority
{
    /// <summary>Initial lists, resyncs, timers and retries: after everything fresh, yet never starved.</summary>
    Low,

    /// <summary>Events.</summary>
    Normal,
}

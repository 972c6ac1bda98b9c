namespace ModelOperator.Kubernetes.Runtime.Queueing;

/// <summary>Receives a queue's measurements. Called under the queue's lock: it must be quick and must not call back.</summary>
public interface IWorkQueueObserver
{
    /// <summary>A key was added (also when it waited already).</summary>
    /// <param name="queue">Name of the queue.</param>
    void Added(string queue);

    /// <summary>A worker took a key.</summary>
    /// <param name="queue">Name of the queue.</param>
    /// <param name="waited">Time from ready to taken.</param>
    void Taken(string queue, TimeSpan waited);

    /// <summary>A failed key was scheduled again.</summary>
    /// <param name="queue">Name of the queue.</param>
    void Retried(string queue);
}

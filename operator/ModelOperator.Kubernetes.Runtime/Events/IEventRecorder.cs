namespace ModelOperator.Kubernetes.Runtime.Events;

/// <summary>Tells events about objects. Never blocks, never fails.</summary>
public interface IEventRecorder
{
    /// <summary>Queues an event; dropped and counted when too many come.</summary>
    /// <param name="regarding">The reconciled object; used when the note names no other.</param>
    /// <param name="note">What happened.</param>
    /// <param name="controller">Name of the controller that tells it.</param>
    void Record(V1ObjectReference regarding, EventNote note, string controller);
}

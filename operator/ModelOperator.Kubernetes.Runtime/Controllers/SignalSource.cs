using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Keys that a signal gives.</summary>
/// <param name="signal">Signal.</param>
/// <param name="map">Key of the controller for a key of the signal.</param>
internal sealed class SignalSource(KeySignal signal, Func<NamespacedName, NamespacedName> map) : IKeySource
{
    public void Subscribe(Action<NamespacedName, QueuePriority> add) => signal.Subscribe(key => add(map(key), QueuePriority.Normal));

    public IEnumerable<NamespacedName> All() => [];
}

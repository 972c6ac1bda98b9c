using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Keys that something else than a cache announces.</summary>
/// <param name="listen">Begins to announce.</param>
internal sealed class AnnouncedKeys(Action<Action<NamespacedName>> listen) : IKeySource
{
    public void Subscribe(Action<NamespacedName, QueuePriority> add) => listen(key => add(key, QueuePriority.Normal));

    public IEnumerable<NamespacedName> All() => [];
}

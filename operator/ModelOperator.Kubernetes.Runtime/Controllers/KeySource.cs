using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Turns changes of one cache into keys of one controller.</summary>
/// <param name="informer">Cache.</param>
/// <param name="keys">Maps an object to keys; pure.</param>
/// <param name="counts">Whether a change counts; all do when null.</param>
internal sealed class KeySource<T>(
    Informer<T> informer,
    Func<T, IEnumerable<NamespacedName>> keys,
    Func<CacheChange<T>, bool>? counts) : IKeySource
    where T : class, IKubernetesObject
{
    public void Subscribe(Action<NamespacedName, QueuePriority> add) => informer.Subscribe(change =>
    {
        if (!change.Initial && counts is not null && !counts(change))
            return;
        var priority = change.Initial ? QueuePriority.Low : QueuePriority.Normal;
        // The old state matters as well: an object that moves from one owner to another concerns both.
        foreach (var state in (ReadOnlySpan<T?>)[change.Old, change.New])
        {
            foreach (var key in state is null ? [] : keys(state))
                add(key, priority);
        }
    });

    public IEnumerable<NamespacedName> All() => informer.Store.List().SelectMany(keys);
}

using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Turns changes of one cache into keys of one controller.</summary>
/// <param name="informer">Cache.</param>
/// <param name="keys">Maps a change to keys; pure.</param>
/// <param name="counts">Whether a change counts; all do when null.</param>
internal sealed class KeySource<T>(
    Informer<T> informer,
    Func<CacheChange<T>, IEnumerable<NamespacedName>> keys,
    Func<CacheChange<T>, bool>? counts) : IKeySource
    where T : class, IKubernetesObject
{
    public void Subscribe(Action<NamespacedName, QueuePriority> add) => informer.Subscribe(change =>
    {
        if (!change.Initial && counts is not null && !counts(change))
            return;
        var priority = change.Initial ? QueuePriority.Low : QueuePriority.Normal;
        foreach (var key in keys(change))
            add(key, priority);
    });

    public IEnumerable<NamespacedName> All() => informer.Store.List().SelectMany(entity => keys(new CacheChange<T>(null, entity, true)));
}

using System.Collections.Concurrent;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>
/// Loads the object of a key just before its controller is called; puts passes off that would decide on a state older than the
/// controller's own writes; keeps objects with a terminal result asleep until they themselves change.
/// </summary>
internal sealed class EntityKeyController<TEntity>(
    EntityDescriptor<TEntity> descriptor,
    IStore<TEntity> store,
    IEntityController<TEntity> controller,
    OwnWrites ownWrites) : IKeyController
    where TEntity : class, IKubernetesObject
{
    private static readonly TimeSpan CacheLag = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<NamespacedName, ObjectMark> asleep = new();

    public async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        if (store.Get(key) is not { } entity)
        {
            asleep.TryRemove(key, out _);
            ownWrites.Forget(descriptor.Plural, key);
            return await controller.ReconcileMissingAsync(key, cancellationToken).ConfigureAwait(false);
        }

        if (ownWrites.AreUnseen(descriptor.Plural, key))
            return ReconciliationResult.RequeueAfter(CacheLag);
        var mark = ObjectMark.Of(entity);
        if (asleep.TryGetValue(key, out var terminal) && terminal == mark)
            return ReconciliationResult.Done;
        var result = await controller.ReconcileAsync(entity, cancellationToken).ConfigureAwait(false);
        if (result.Outcome == ReconciliationOutcome.Terminal)
            asleep[key] = mark;
        else
            asleep.TryRemove(key, out _);
        return result;
    }
}

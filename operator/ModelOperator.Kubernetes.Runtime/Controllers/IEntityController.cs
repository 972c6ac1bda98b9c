namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>
/// Brings one object from its present to its desired state. Level-triggered: it is told the object, never the event. It is called
/// again until it reports <see cref="ReconciliationResult.Done"/>; the same object never by two workers at once.
/// </summary>
/// <typeparam name="TEntity">Kind of the object.</typeparam>
public interface IEntityController<in TEntity>
    where TEntity : class, IKubernetesObject
{
    /// <summary>One pass over the object as the cache holds it. The object is shared: it must not be changed.</summary>
    /// <param name="entity">Object from the cache; it may be marked for deletion.</param>
    /// <param name="cancellationToken">Cancelled when the pass overruns its limit, leadership is lost or the process ends.</param>
    /// <returns>What follows. An exception is a failure: retried with back-off, for ever.</returns>
    Task<ReconciliationResult> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>One pass for a key whose object is gone. Deletion is observed state: this may be missed when the process was down.</summary>
    /// <param name="key">Key of the object that is gone.</param>
    /// <param name="cancellationToken">As above.</param>
    Task<ReconciliationResult> ReconcileMissingAsync(NamespacedName key, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult.Done);
}

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>A controller whose keys are not objects of one kind, for example one serial pass over everything under a single key.</summary>
public interface IKeyController
{
    /// <summary>One pass for the key; the same rules as <see cref="IEntityController{TEntity}"/>.</summary>
    /// <param name="key">Key as a map produced it.</param>
    /// <param name="cancellationToken">Cancelled when the pass overruns its limit, leadership is lost or the process ends.</param>
    Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken);
}

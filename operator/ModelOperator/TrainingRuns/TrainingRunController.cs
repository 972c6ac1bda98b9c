using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>Observe, decide, apply.</summary>
/// <param name="observer">Reads.</param>
/// <param name="executor">Writes.</param>
/// <param name="client">API server, to make sure that a run is gone.</param>
/// <param name="progress">Reports, forgotten when a run is over.</param>
/// <param name="time">Clock.</param>
public sealed class TrainingRunController(
    TrainingRunObserver observer,
    PlanExecutor<V1TrainingRun, TrainingRunStatus> executor,
    IKubernetesClient client,
    TrainingProgressStore progress,
    TimeProvider time) : IEntityController<V1TrainingRun>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(V1TrainingRun entity, CancellationToken cancellationToken)
    {
        await ReleaseNamesakesAsync(entity.Key, entity.Metadata.Uid, cancellationToken);
        if (entity.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed)
            progress.Forget(entity.Metadata.Uid!);
        var observed = await observer.ObserveAsync(entity, cancellationToken);
        try
        {
            return await executor.ApplyAsync(entity, TrainingRunPlanner.Decide(entity, observed, time.GetUtcNow()), cancellationToken);
        }
        catch (NameConflictException conflict)
        {
            return await executor.ApplyAsync(
                entity, TrainingRunPlanner.DecideConflict(entity, observed, conflict.Message, time.GetUtcNow()), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileMissingAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        await ReleaseNamesakesAsync(key, null, cancellationToken);
        return ReconciliationResult.Done;
    }

    /// <summary>Pods of a run that is gone lose our finalizer, so that the garbage collector can finish.</summary>
    private async Task ReleaseNamesakesAsync(NamespacedName key, string? uid, CancellationToken cancellationToken)
    {
        var pods = observer.PodsOfNamesakes(key, uid).Where(p => p.HasFinalizer(ModelOperatorApi.ResultFinalizer)).ToList();
        if (pods.Count == 0)
            return;
        // The cache of runs may be behind the cache of Pods; only the server knows that a run is gone.
        var live = await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, key.Name, key.Namespace, cancellationToken);
        var gone = pods.Where(p => p.Controller?.Uid != live?.Metadata.Uid).ToList();
        var standIn = live ?? new V1TrainingRun { Metadata = new V1ObjectMeta { Name = key.Name, NamespaceProperty = key.Namespace } };
        await executor.ApplyAsync(standIn, TrainingRunPlanner.DecideGone(gone), cancellationToken);
    }
}

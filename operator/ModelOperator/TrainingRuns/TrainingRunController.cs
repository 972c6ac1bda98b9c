using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>Observe, decide, apply.</summary>
/// <param name="observer">Reads.</param>
/// <param name="executor">Writes.</param>
/// <param name="progress">Reports, forgotten when a run is over.</param>
/// <param name="asks">Requests to the ledger that no status shows yet.</param>
/// <param name="line">Turns under the namespace's limit.</param>
/// <param name="time">Clock.</param>
public sealed class TrainingRunController(
    TrainingRunObserver observer,
    PlanExecutor<V1TrainingRun, TrainingRunStatus> executor,
    TrainingProgressStore progress,
    TrainingRunAsks asks,
    TrainingRunLine line,
    TimeProvider time) : IEntityController<V1TrainingRun>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(V1TrainingRun entity, CancellationToken cancellationToken)
    {
        if (entity.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed)
            progress.Forget(entity.Metadata.Uid!);
        var observed = await observer.ObserveAsync(entity, cancellationToken);
        try
        {
            var plan = await DecideAsync(entity, observed, cancellationToken);
            asks.Set(entity, plan.Unwritten?.Estimate);
            return await executor.ApplyAsync(entity, plan, cancellationToken);
        }
        catch (NameConflictException conflict)
        {
            return await executor.ApplyAsync(
                entity, TrainingRunPlanner.DecideConflict(entity, observed, conflict.Message, time.GetUtcNow()), cancellationToken);
        }
        finally
        {
            line.Ended(entity);
        }
    }

    /// <inheritdoc/>
    public Task<ReconciliationResult> ReconcileMissingAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        asks.Forget(key);
        return Task.FromResult(ReconciliationResult.Done);
    }

    /// <summary>A turn is asked for only when all else is decided: a run that waits for anything else keeps no place from others.</summary>
    private async Task<Plan<TrainingRunStatus>> DecideAsync(V1TrainingRun run, TrainingRunObserved observed, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var plan = TrainingRunPlanner.Decide(run, observed, now);
        return TrainingRunPlanner.Begins(run, plan) && await line.AskAsync(run, cancellationToken) is { Granted: false } turn
            ? TrainingRunPlanner.Decide(run, observed with { Turn = turn }, now)
            : plan;
    }
}

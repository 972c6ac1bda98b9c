using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Events;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>
/// The only writer of budgets: one serial pass over a namespace. Every write is a compare-and-swap on what was read, so that a deposed leader
/// or a stale cache can never book; on a conflict everything is read and decided again.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="caches">Caches.</param>
/// <param name="recorder">Events.</param>
/// <param name="time">Clock.</param>
public sealed class CarbonBudgetController(IKubernetesClient client, Caches caches, IEventRecorder recorder, TimeProvider time) : IKeyController
{
    /// <summary>Name in metrics, logs and events.</summary>
    public const string Name = "carbonbudgets";

    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(200);

    private readonly IStore<V1CarbonBudget> budgets = caches.For(ModelOperatorDescriptors.CarbonBudgets);
    private readonly IStore<V1TrainingRun> runs = caches.For(ModelOperatorDescriptors.TrainingRuns);

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        var all = budgets.List(key.Namespace);
        if (all.Count == 0)
            return ReconciliationResult.Done;
        var seen = runs.List(key.Namespace);
        var plan = CarbonBudgetPlanner.Decide(all, seen, time.WholeSeconds());
        if (!await NoneHasStartedAsync(plan, seen, cancellationToken))
            return ReconciliationResult.RequeueAfter(ConflictPause);
        try
        {
            foreach (var write in plan.Writes)
                await WriteAsync(write, cancellationToken);
        }
        catch (KubernetesException conflict) when (conflict.IsConflict || conflict.IsNotFound)
        {
            return ReconciliationResult.RequeueAfter(ConflictPause);
        }

        return ReconciliationResult.After(plan.RequeueAfter);
    }

    private async Task WriteAsync(CarbonBudgetWrite write, CancellationToken cancellationToken)
    {
        await client.ReplaceStatusAsync(ModelOperatorDescriptors.CarbonBudgets, write.Budget with { Status = write.Next }, null, cancellationToken);
        foreach (var note in CarbonBudgetNotes.Of(write.Budget.Status, write.Next))
            recorder.Record(write.Budget.ToReference(), note, Name);
    }

    /// <summary>A run that loses a partial hold must not have started; the cache may not know yet, so the server is asked.</summary>
    private async Task<bool> NoneHasStartedAsync(CarbonBudgetPlan plan, IReadOnlyList<V1TrainingRun> seen, CancellationToken cancellationToken)
    {
        foreach (var uid in plan.GivenBack)
        {
            if (seen.FirstOrDefault(r => r.Metadata.Uid == uid) is not { } cached)
                continue;
            var run = await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, cached.Metadata.Name, cached.Metadata.NamespaceProperty, cancellationToken);
            if (run?.Metadata.Uid == uid && run.Status?.Attempts is { Execution: > 0 })
                return false;
        }

        return true;
    }
}

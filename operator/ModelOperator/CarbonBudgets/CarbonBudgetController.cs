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

    private const int ReadsAtOnce = 8;

    private readonly IStore<V1CarbonBudget> budgets = caches.For(ModelOperatorDescriptors.CarbonBudgets);
    private readonly IStore<V1TrainingRun> runs = caches.For(ModelOperatorDescriptors.TrainingRuns);

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        var all = budgets.List(key.Namespace);
        if (all.Count == 0)
            return ReconciliationResult.Done;
        var plan = CarbonBudgetPlanner.Decide(all, runs.List(key.Namespace), time.WholeSeconds());
        if (!await PremisesHoldAsync(plan, key.Namespace, cancellationToken))
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

    /// <summary>
    /// What the plan takes for granted about runs is asked of the server: the caches of budgets and of runs are not of the same moment, and a hold
    /// that was settled must not come back because an old copy of its run was read. Whatever happens after this read changes the budget, and the
    /// compare-and-swap sees it.
    /// </summary>
    private async Task<bool> PremisesHoldAsync(CarbonBudgetPlan plan, string space, CancellationToken cancellationToken)
    {
        var holds = true;
        await Parallel.ForEachAsync(plan.Premises, new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken }, async (premise, token) =>
        {
            var live = await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, premise.RunName, space, token);
            if (!CarbonBudgetPlan.Holds(premise, live))
                Volatile.Write(ref holds, false);
        });
        return holds;
    }
}

using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.GridSources;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Kueue;

/// <summary>Answers for our checks of Workloads, by what the budgets hold. Of a Workload it writes the entries of these checks and nothing else.</summary>
/// <param name="client">API server.</param>
/// <param name="caches">Caches.</param>
/// <param name="options">Settings of the installation.</param>
/// <param name="grid">Intensities.</param>
/// <param name="time">Clock.</param>
public sealed class WorkloadController(IKubernetesClient client, Caches caches, OperatorOptions options, GridKnowledge grid, TimeProvider time) : IEntityController<Workload>
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConflictPause = TimeSpan.FromSeconds(1);

    private readonly Informer<Workload> workloads = caches.InformerOf(KueueDescriptors.Workloads, KueueDescriptors.WorkloadCache);
    private readonly IStore<AdmissionCheck> checks = caches.For(KueueDescriptors.AdmissionChecks, KueueDescriptors.AdmissionCheckCache);
    private readonly CarbonBudgetStore budgets = new(client, caches);
    private readonly IStore<V1TrainingRun> runs = caches.For(ModelOperatorDescriptors.TrainingRuns, TrainingRunObserver.RunCache);
    private readonly IStore<V1Pod> pods = caches.For(KubernetesDescriptors.Pods, ManagedCaches.Pods);

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(Workload entity, CancellationToken cancellationToken)
    {
        var ours = !entity.AwaitsChecks ? [] : (entity.Status?.AdmissionChecks ?? [])
            .Select(entry => checks.Get("", entry.Name)).OfType<AdmissionCheck>().Where(static c => c is { IsOurs: true, Spec.Parameters: null or { Problem: null } }).ToList();
        if (ours.Count == 0)
            return ReconciliationResult.Done;
        var (owner, run) = await OwnerAsync(entity, cancellationToken);
        var now = time.WholeSeconds();
        var (changed, waits) = (new List<WorkloadCheck>(), false);
        foreach (var check in ours)
        {
            var facts = new BudgetCheckFacts
            {
                Workload = entity,
                Check = check,
                Owner = owner,
                Run = run,
                Budgets = budgets.List(entity.Metadata.NamespaceProperty),
                Labels = budgets.LabelsOf,
                Grid = run is null ? null : grid.Average(TrainingRunEstimates.ZoneOf(run.Spec, options)),
                Now = now,
            };
            if (BudgetCheck.Decide(facts) is not { } verdict)
                continue;
            waits |= verdict.State == KueueApi.Pending;
            if (Entry(BudgetCheck.EntryOf(facts)!, verdict, now) is var entry && !entity.Status!.AdmissionChecks!.Contains(entry))
                changed.Add(entry);
        }

        if (changed.Count > 0 && !await WriteAsync(entity, changed, cancellationToken))
            return ReconciliationResult.RequeueAfter(ConflictPause);
        return waits ? ReconciliationResult.RequeueAfter(LookAgain) : ReconciliationResult.Done;
    }

    private WorkloadCheck Entry(WorkloadCheck before, BudgetCheckVerdict verdict, DateTimeOffset now) => before with
    {
        State = verdict.State,
        Message = verdict.Message,
        LastTransitionTime = before.State == verdict.State ? before.LastTransitionTime ?? now : now,
        // The older version's first servers do not know the field and refuse it.
        RequeueAfterSeconds = verdict.RequeueAfter is { } wait && workloads.Served.Version == KueueApi.Versions[0] ? (int)Math.Ceiling(wait.TotalSeconds) : null,
    };

    /// <summary>False on a conflict.</summary>
    private async Task<bool> WriteAsync(Workload seen, List<WorkloadCheck> changed, CancellationToken cancellationToken)
    {
        try
        {
            caches.Merge(KueueDescriptors.Workloads, await client.PatchAsync(
                workloads.Served, seen.Metadata.Name, seen.Metadata.NamespaceProperty, PatchKind.Json, WorkloadPatch.Of(seen, changed),
                new PatchOptions { FieldManager = KueueRoom.Manager, Subresource = "status" }, cancellationToken));
            return true;
        }
        catch (KubernetesException stale) when (stale.IsConflict || stale.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>A Pod that our cache does not show is asked for: the caches are not of the same moment.</summary>
    private async Task<(WorkloadOwner Owner, V1TrainingRun? Run)> OwnerAsync(Workload workload, CancellationToken cancellationToken)
    {
        var space = workload.Metadata.NamespaceProperty!;
        var claimed = new List<V1Pod>();
        var others = false;
        foreach (var owner in workload.Metadata.OwnerReferences ?? [])
        {
            var pod = owner is not { Kind: "Pod", ApiVersion: "v1" } ? null
                : pods.Get(space, owner.Name) is { } cached && cached.Metadata.Uid == owner.Uid ? cached
                : await client.GetAsync(KubernetesDescriptors.Pods, owner.Name, space, cancellationToken);
            if (pod?.Metadata.Labels?.ContainsKey(ModelOperatorApi.RunUidLabel) == true)
                claimed.Add(pod);
            else
                others = true;
        }

        return claimed.Count == 0 ? (WorkloadOwner.Other, null) : others ? (WorkloadOwner.Borrowed, null) : RunOf(claimed, space);
    }

    private (WorkloadOwner Owner, V1TrainingRun? Run) RunOf(List<V1Pod> claimed, string space)
    {
        var maker = claimed[0].Controller;
        var uid = claimed[0].Metadata.Labels![ModelOperatorApi.RunUidLabel];
        if (maker is not { Kind: "TrainingRun" } || maker.Uid != uid || !claimed.TrueForAll(p => p.IsControlledBy(uid) && p.Metadata.Labels![ModelOperatorApi.RunUidLabel] == uid))
            return (WorkloadOwner.Borrowed, null);
        return runs.Get(space, maker.Name) is { } run && run.Metadata.Uid == uid ? (WorkloadOwner.Run, run) : (WorkloadOwner.RunGone, null);
    }
}

using ModelOperator.Api;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Events;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>
/// The only writer of budgets: one serial pass over a namespace, or over all where a budget is over many. Every write is a compare-and-swap on what was
/// read, so that a deposed leader or a stale cache can never book; on a conflict everything is read and decided again.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="caches">Caches.</param>
/// <param name="asks">Requests that no status shows yet.</param>
/// <param name="recorder">Events.</param>
/// <param name="time">Clock.</param>
/// <param name="options">Settings of the installation.</param>
public sealed partial class CarbonBudgetController(
    IKubernetesClient client, Caches caches, TrainingRunAsks asks, IEventRecorder recorder, TimeProvider time, OperatorOptions options) : IKeyController
{
    /// <summary>Name in metrics, logs and events.</summary>
    public const string Name = "carbonbudgets";

    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(200);

    private const int ReadsAtOnce = 8;

    private readonly CarbonBudgetStore budgets = new(client, caches);
    /// <summary>
    /// Pause after a write, for each hold in the budgets: a status of a thousand holds is a tenth of a megabyte, and its next version may as well
    /// take in all that arrive meanwhile.
    /// </summary>
    private static readonly TimeSpan GatherEachHold = TimeSpan.FromMicroseconds(100);

    private readonly IStore<V1TrainingRun> runs = caches.For(ModelOperatorDescriptors.TrainingRuns, TrainingRunObserver.RunCache);
    private readonly Dictionary<string, LedgerCustody> custodies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> wrote = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        // Another key looks after it since a budget over many namespaces has come, or the last one gone.
        if (key.Namespace.Length == 0 != budgets.HasClusterBudgets)
            return ReconciliationResult.Done;
        var space = key.Namespace.Length == 0 ? null : key.Namespace;
        var (all, approved) = (budgets.List(space), overrides.List(space));
        if (all.Count == 0 && approved.Count == 0)
            return ReconciliationResult.Done;
        if (Gathering(key.Namespace, all) is { Ticks: > 0 } pause)
            return ReconciliationResult.RequeueAfter(pause);
        if (!custodies.TryGetValue(key.Namespace, out var custody))
            custodies[key.Namespace] = custody = new();
        custody.Observe(all);
        // Both decide on one look at the runs: one that ends between two looks would be settled before its override is told.
        var (seen, now) = (RunsOf(space, all), time.WholeSeconds());
        var known = OverriddenRuns(seen);
        var overridden = BudgetOverridePlanner.Decide(approved, all, known, options.Overrides, now, budgets.LabelsOf);
        var plan = CarbonBudgetPlanner.Decide(all, seen, now, overridden.Allowances, budgets.LabelsOf);
        if (!await PremisesHoldAsync(plan, custody, cancellationToken) || !await OverridesStandAsync(plan, approved, space, cancellationToken))
            return ReconciliationResult.RequeueAfter(ConflictPause);
        try
        {
            foreach (var write in overridden.Writes)
                await WriteAsync(write, all, known, cancellationToken);
            foreach (var write in plan.Writes)
                custody.Wrote(await WriteAsync(write, cancellationToken));
            if (!plan.Writes.IsEmpty)
                wrote[key.Namespace] = time.GetTimestamp();
        }
        catch (KubernetesException conflict) when (conflict.IsConflict || conflict.IsNotFound)
        {
            return ReconciliationResult.RequeueAfter(ConflictPause);
        }

        return ReconciliationResult.After(overridden.RequeueAfter < (plan.RequeueAfter ?? TimeSpan.MaxValue) ? overridden.RequeueAfter : plan.RequeueAfter);
    }

    /// <summary>
    /// Runs that are not over, with what they ask, and those that something is held for. The rest, which may be ten thousand, is settled.
    /// </summary>
    private List<V1TrainingRun> RunsOf(string? space, IReadOnlyList<V1CarbonBudget> all)
    {
        var open = TrainingRunObserver.OpenRunsOf(runs, space);
        var known = open.Select(static r => r.Key).ToHashSet();
        var held = all.SelectMany(static b => (b.Status?.Holds ?? []).Select(h => CarbonBudgetLedgers.RunOf(b, h))).Where(known.Add).Select(runs.Get).OfType<V1TrainingRun>();
        return [.. open.Select(Asking), .. held];
    }

    private V1TrainingRun Asking(V1TrainingRun run) =>
        run.Status is null && asks.EstimateOf(run) is { } estimate ? run with { Status = new TrainingRunStatus { Estimate = estimate } } : run;

    private TimeSpan Gathering(string space, IReadOnlyList<V1CarbonBudget> all) => wrote.TryGetValue(space, out var at)
        ? (GatherEachHold * all.Sum(static b => b.Status?.Holds?.Count ?? 0)) - time.GetElapsedTime(at)
        : TimeSpan.Zero;

    private async Task<V1CarbonBudget> WriteAsync(CarbonBudgetWrite write, CancellationToken cancellationToken)
    {
        var written = await budgets.ReplaceStatusAsync(write.Budget with { Status = write.Next }, cancellationToken);
        foreach (var note in CarbonBudgetNotes.Of(write.Budget.Status, write.Next))
            recorder.Record(write.Budget.ToReference(), note, Name);
        return written;
    }

    /// <summary>
    /// What the plan takes for granted about runs is asked of the server: the caches of budgets and of runs are not of the same moment, and a hold
    /// that was settled must not come back because an old copy of its run was read. Whatever happens after this read changes the budget, and the
    /// compare-and-swap sees it. Runs that have not started need not be asked for while nobody else has written (<see cref="LedgerCustody"/>).
    /// </summary>
    private async Task<bool> PremisesHoldAsync(CarbonBudgetPlan plan, LedgerCustody custody, CancellationToken cancellationToken)
    {
        if (plan.Premises.IsEmpty)
            return true;
        var inStep = await custody.IsInStepAsync(client, runs, cancellationToken);
        var holds = true;
        await Parallel.ForEachAsync(plan.Premises.Where(p => !inStep || !IsKnown(p)), new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken }, async (premise, token) =>
        {
            var live = await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, premise.Run.Name, premise.Run.Namespace, token);
            if (!CarbonBudgetPlan.Holds(premise, live))
                Volatile.Write(ref holds, false);
        });
        return holds;
    }

    private bool IsKnown(CarbonBudgetPremise premise) =>
        premise.Kind == CarbonBudgetPremiseKind.Open
        && runs.Get(premise.Run) is { } run
        && run.Metadata.Uid == premise.RunUid
        && !CarbonBudgetPlanner.HasStarted(run);
}

using ModelOperator.Api;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <content>
/// Overrides: their statuses are written before the budgets, so that nothing is held by an override that is not bound to its run, and no hold is
/// settled before its override says what it used.
/// </content>
public sealed partial class CarbonBudgetController
{
    private readonly IStore<V1BudgetOverride> overrides = caches.For(ModelOperatorDescriptors.BudgetOverrides);

    /// <summary>Runs by name as this pass has seen them; of others, which are over and settled, as the cache has them.</summary>
    private Func<NamespacedName, V1TrainingRun?> OverriddenRuns(List<V1TrainingRun> seen) =>
        name => seen.Find(r => r.Key == name) ?? runs.Get(name);

    private async Task WriteAsync(
        BudgetOverrideWrite write, IReadOnlyList<V1CarbonBudget> read, Func<NamespacedName, V1TrainingRun?> known, CancellationToken cancellationToken)
    {
        // What was used is a fact that an old copy of the budget or of the run must not undo.
        if (write.Override.Status?.Phase == BudgetOverridePhase.Used)
        {
            write = write with { Next = await LiveStatusAsync(write.Override, known, cancellationToken) };
            if (BudgetOverridePlanner.Same(write.Override.Status, write.Next))
                return;
        }

        var written = await client.ReplaceStatusAsync(
            ModelOperatorDescriptors.BudgetOverrides, write.Override with { Status = write.Next }, null, cancellationToken);
        caches.Merge(ModelOperatorDescriptors.BudgetOverrides, written);
        if (BudgetOverrideStatuses.Note(write.Override.Status, write.Next) is not { } note)
            return;
        recorder.Record(write.Override.ToReference(), note, Name);
        if (write.Next.Phase == BudgetOverridePhase.Used && read.FirstOrDefault(b => CarbonBudgetLedgers.NameOf(b) == BudgetOverridePlanner.NameOf(write.Override)) is { } budget)
            recorder.Record(budget.ToReference(), note, Name);
    }

    private async Task<BudgetOverrideStatus> LiveStatusAsync(V1BudgetOverride one, Func<NamespacedName, V1TrainingRun?> known, CancellationToken cancellationToken)
    {
        var space = one.Metadata.NamespaceProperty ?? "";
        // The budget first: a hold that is gone is one of a run that was over before. A run that went is remembered as it ended.
        var budget = await LiveBudgets.ReadAsync(client, one.Spec.Budget, space, cancellationToken);
        var run = await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, one.Spec.Run.Name, space, cancellationToken)
            ?? (known(new(space, one.Spec.Run.Name)) is { } last && CarbonBudgetPlanner.IsOver(last) ? last : null);
        return BudgetOverridePlanner.StatusOf(one, budget, run, options.Overrides, time.WholeSeconds(), budgets.LabelsOf);
    }

    /// <summary>An approval that was withdrawn a moment ago must not be used: what a plan newly holds by an override is asked of the server.</summary>
    private async Task<bool> OverridesStandAsync(CarbonBudgetPlan plan, IReadOnlyList<V1BudgetOverride> approved, string? space, CancellationToken cancellationToken)
    {
        foreach (var uid in plan.Writes.SelectMany(static w => (w.Next.Holds ?? []).Where(h => h.OverrideUid is not null && w.Budget.Status?.Holds?.Contains(h) != true)).Select(static h => h.OverrideUid).Distinct())
        {
            if (approved.FirstOrDefault(o => o.Metadata.Uid == uid) is { } known
                && (await client.GetAsync(ModelOperatorDescriptors.BudgetOverrides, known.Metadata.Name, known.Metadata.NamespaceProperty, cancellationToken) is not { } live || live.Metadata.Uid != uid || live.IsDeleting))
                return false;
        }

        // A hold that ends tells its override first; one that the cache does not have may be too new for it.
        var ended = plan.Writes.SelectMany(static w => (w.Budget.Status?.Holds ?? []).Where(h => h.OverrideUid is not null && w.Next.Holds?.Any(n => n.RunUid == h.RunUid) != true)).Select(static h => h.OverrideUid).ToHashSet(StringComparer.Ordinal);
        ended.ExceptWith(approved.Select(static o => o.Metadata.Uid));
        return ended.Count == 0
            || !(await client.ListAllAsync(ModelOperatorDescriptors.BudgetOverrides, space, null, cancellationToken)).Items.Exists(o => ended.Contains(o.Metadata.Uid));
    }
}

using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>Which changes the ledger looks at: of the ten or so writes in a run's life three, of a namespace its labels. Pure.</summary>
public static class CarbonBudgetWakeups
{
    /// <summary>True when a run comes, goes, asks for another amount, starts, ends, is paused by a budget, or is selected by other labels.</summary>
    public static bool Concerns(CacheChange<V1TrainingRun> change)
    {
        if (change is not { Old: { } old, New: { } current })
            return true;
        return TermsOf(old) != TermsOf(current) || !SameLabels(old.Metadata.Labels, current.Metadata.Labels);
    }

    /// <summary>True when a namespace comes, goes, or is selected by other labels.</summary>
    public static bool Concerns(CacheChange<V1Namespace> change) => change is not { Old: { } old, New: { } current } || !SameLabels(old.Metadata.Labels, current.Metadata.Labels);

    private static (string?, long?, DateTimeOffset?, TrainingEstimate?, TrainingProjection?, bool, bool, bool) TermsOf(V1TrainingRun run) => (
        run.Metadata.Uid,
        run.Metadata.Generation,
        run.Metadata.DeletionTimestamp,
        run.Status?.Estimate,
        run.Status?.Projection,
        CarbonBudgetPlanner.IsPausedByBudget(run),
        CarbonBudgetPlanner.HasStarted(run),
        CarbonBudgetPlanner.IsOver(run));

    private static bool SameLabels(Dictionary<string, string>? left, Dictionary<string, string>? right) =>
        (left?.Count ?? 0) == (right?.Count ?? 0)
        && (left ?? []).All(pair => right!.TryGetValue(pair.Key, out var value) && value == pair.Value);
}

using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>Which runs a change of another object concerns. Pure.</summary>
public static class TrainingRunWakeups
{
    /// <summary>Runs that a change of a budget concerns: those whose holds come, go or change, and all that have not started when its terms change.</summary>
    /// <param name="old">Before; null when new.</param>
    /// <param name="current">After; null when gone.</param>
    /// <param name="open">Runs that are not over, of the namespace or of all; asked for only when the terms changed.</param>
    public static IEnumerable<NamespacedName> OfBudget(V1CarbonBudget? old, V1CarbonBudget? current, Func<IReadOnlyList<V1TrainingRun>> open)
    {
        var before = (old?.Status?.Holds ?? []).ToDictionary(static h => h.RunUid, StringComparer.Ordinal);
        foreach (var hold in current?.Status?.Holds ?? [])
        {
            if (!before.Remove(hold.RunUid, out var was) || was != hold)
                yield return CarbonBudgetLedgers.RunOf(current!, hold);
        }

        foreach (var hold in before.Values)
            yield return CarbonBudgetLedgers.RunOf(old!, hold);
        if (TermsOf(old) == TermsOf(current))
            yield break;
        foreach (var run in open().Where(static r => !TrainingRunPlanner.IsSweep(r) && r.Status is not { Attempts.Execution: > 0 }))
            yield return run.Key;
    }

    /// <summary>What a waiting run's answer and its message depend on, besides what is left.</summary>
    private static (string?, long?, long?, DateTimeOffset?, DateTimeOffset?, long?, long?) TermsOf(V1CarbonBudget? budget) => budget is null ? default : (
        budget.Metadata.Uid, budget.Metadata.Generation, budget.Status?.ObservedGeneration, budget.Metadata.DeletionTimestamp, budget.Status?.WindowEnd,
        budget.Status?.LimitMilligrams, budget.Status?.LimitMilliwattHours);
}

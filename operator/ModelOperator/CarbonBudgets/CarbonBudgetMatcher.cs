using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>Which budgets cover a run. The budget selects; a run has no say.</summary>
public static class CarbonBudgetMatcher
{
    /// <summary>True when the budget covers the run: same namespace, all labels, and one of the model names where any are given.</summary>
    public static bool Matches(V1CarbonBudget budget, V1TrainingRun run)
    {
        if (budget.Metadata.NamespaceProperty != run.Metadata.NamespaceProperty)
            return false;
        if (budget.Spec.Selector is not { } selector)
            return true;
        foreach (var (key, value) in selector.MatchLabels ?? new Dictionary<string, string>())
            if (run.Metadata.Labels?.TryGetValue(key, out var actual) is not true || actual != value)
                return false;
        return selector.ModelNames is not { Count: > 0 } models || models.Contains(run.Spec.ModelName);
    }

    /// <summary>The budgets that cover a run, by name; budgets that are being deleted cover nothing new.</summary>
    public static IReadOnlyList<V1CarbonBudget> Matching(IEnumerable<V1CarbonBudget> budgets, V1TrainingRun run) =>
        [.. budgets.Where(b => b.Metadata.DeletionTimestamp is null && Matches(b, run)).OrderBy(b => b.Metadata.Name, StringComparer.Ordinal)];
}

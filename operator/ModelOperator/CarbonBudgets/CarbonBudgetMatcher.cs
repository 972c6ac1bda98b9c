using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>Which budgets cover a run. The budget selects; a run has no say.</summary>
public static class CarbonBudgetMatcher
{
    /// <summary>
    /// True when the budget covers the run: its namespace, all labels, and one of the model names where any are given. Null when that cannot be
    /// told, because the labels of the run's namespace are not known.
    /// </summary>
    /// <param name="budget">Budget.</param>
    /// <param name="run">Run.</param>
    /// <param name="labels">Labels of a namespace by its name; null when it is not known.</param>
    public static bool? Covers(V1CarbonBudget budget, V1TrainingRun run, LabelsByNamespace? labels = null) =>
        Selects(budget.Spec.Selector, run) ? RulesIn(budget, run.Metadata.NamespaceProperty ?? "", labels) : false;

    /// <summary>True when the budget is for runs of a namespace; null when that cannot be told, because its labels are not known.</summary>
    public static bool? RulesIn(V1CarbonBudget budget, string space, LabelsByNamespace? labels)
    {
        if (budget is not V1ClusterCarbonBudget cluster)
            return budget.Metadata.NamespaceProperty == space;
        return cluster.Spec.NamespaceSelector is not { } spaces ? true : labels?.Invoke(space) is { } known ? spaces.Selects(known) : null;
    }

    /// <summary>
    /// The budgets that cover a run or may, by name; budgets that are being deleted cover nothing new. A run that may be covered waits for that budget:
    /// what is not known is never good news.
    /// </summary>
    public static IReadOnlyList<V1CarbonBudget> Matching(IEnumerable<V1CarbonBudget> budgets, V1TrainingRun run, LabelsByNamespace? labels = null) =>
        [.. budgets.Where(b => b.Metadata.DeletionTimestamp is null && Covers(b, run, labels) is not false).OrderBy(CarbonBudgetLedgers.NameOf, StringComparer.Ordinal)];

    private static bool Selects(CarbonBudgetSelector? selector, V1TrainingRun run)
    {
        foreach (var (key, value) in selector?.MatchLabels ?? new Dictionary<string, string>())
            if (run.Metadata.Labels?.TryGetValue(key, out var actual) is not true || actual != value)
                return false;
        return selector?.ModelNames is not { Count: > 0 } models || models.Contains(run.Spec.ModelName);
    }
}

using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>Of all budgets those that a run may have to do with: its namespace's, and those over many. Of a hundred namespaces' budgets few are.</summary>
internal sealed class CarbonBudgetsNear(IEnumerable<V1CarbonBudget> budgets, LabelsByNamespace? labels)
{
    private readonly ILookup<string, V1CarbonBudget> spaces = budgets.ToLookup(static b => b.Metadata.NamespaceProperty ?? "", StringComparer.Ordinal);

    /// <summary>All of them, whether they cover the run or not.</summary>
    internal IEnumerable<V1CarbonBudget> All(V1TrainingRun run) => spaces[run.Metadata.NamespaceProperty ?? ""].Concat(spaces[""]);

    /// <summary>Those that cover it.</summary>
    internal IEnumerable<V1CarbonBudget> Covering(V1TrainingRun run) => All(run).Where(b => Covers(b, run) is true);

    /// <summary>Whether a budget covers it; null when that cannot be told yet.</summary>
    internal bool? Covers(V1CarbonBudget budget, V1TrainingRun run) => CarbonBudgetMatcher.Covers(budget, run, labels);

    /// <summary>Whether it is known of all of them; until then nothing new is held for the run.</summary>
    internal bool IsKnown(V1TrainingRun run) => All(run).All(b => Covers(b, run) is not null);
}

using ModelOperator.CarbonBudgets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>Budgets over many namespaces, and what they are over: team and other, both of the same department.</summary>
internal static class ClusterBudgets
{
    /// <summary>Selects the namespace other alone.</summary>
    internal static readonly NamespaceSelector OtherOnly = new() { MatchExpressions = [new() { Key = "tier", Operator = NamespaceOperator.In, Values = ["test"] }] };

    /// <summary>Selects both.</summary>
    internal static readonly NamespaceSelector Department = new() { MatchLabels = new Dictionary<string, string> { ["department"] = "research" } };

    internal static IReadOnlyDictionary<string, string>? Labels(string space) => space switch
    {
        "team" => new Dictionary<string, string> { ["department"] = "research", ["tier"] = "prod" },
        "other" => new Dictionary<string, string> { ["department"] = "research", ["tier"] = "test" },
        _ => null,
    };

    internal static V1ClusterCarbonBudget Cluster(string name, string grams = "1", NamespaceSelector? spaces = null, CarbonBudgetExceedAction onExceed = default) => new()
    {
        Metadata = new() { Name = name, Uid = "uid-cluster-" + name, ResourceVersion = "1", Generation = 1 },
        Spec = new() { Limit = new() { GramsCO2e = grams }, NamespaceSelector = spaces, OnExceed = onExceed },
    };

    internal static V1CarbonBudget In(this V1CarbonBudget budget, string space)
    {
        budget.Metadata = budget.Metadata with { NamespaceProperty = space, Uid = $"uid-{space}-{budget.Metadata.Name}" };
        return budget;
    }

    internal static V1TrainingRun In(this V1TrainingRun run, string space)
    {
        run.Metadata = run.Metadata with { NamespaceProperty = space, Uid = $"uid-{space}-{run.Metadata.Name}" };
        return run;
    }

    internal static CarbonBudgetPlan Decide(IReadOnlyList<V1CarbonBudget> budgets, params V1TrainingRun[] runs) => CarbonBudgetPlanner.Decide(budgets, runs, Budgets.Now, null, Labels);

    internal static IReadOnlyList<V1CarbonBudget> Settle(IReadOnlyList<V1CarbonBudget> budgets, params V1TrainingRun[] runs) => Budgets.Settle(budgets, runs, Budgets.Now, Labels);

    /// <summary>Holds as namespace/name of their runs.</summary>
    internal static string[] HeldRuns(this V1CarbonBudget budget) => [.. (budget.Status?.Holds ?? []).Select(h => CarbonBudgetLedgers.RunOf(budget, h).ToString())];

    internal static bool Holds(this V1CarbonBudget budget, V1TrainingRun run) => budget.Status?.Holds?.Any(h => h.RunUid == run.Metadata.Uid) == true;
}

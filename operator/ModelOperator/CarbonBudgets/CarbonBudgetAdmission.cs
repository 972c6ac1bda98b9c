using System.Text.Json;

namespace ModelOperator.CarbonBudgets;

/// <summary>What the webhook says about a budget; the same rules run again in the ledger.</summary>
public static class CarbonBudgetAdmission
{
    /// <summary>The refusal, or null when the object is allowed. An update with an unchanged spec, or of an object that is going, always passes.</summary>
    public static string? Refusal(V1CarbonBudget? old, V1CarbonBudget budget)
    {
        if (budget.Metadata.DeletionTimestamp is not null || (old is not null && Wire(old) == Wire(budget)))
            return null;
        var problems = CarbonBudgetLedgers.Problems(budget.Spec);
        return problems.Count == 0 ? null : string.Join(" ", problems);
    }

    private static string Wire(V1CarbonBudget budget) => budget is V1ClusterCarbonBudget cluster
        ? JsonSerializer.Serialize(cluster.Spec, CarbonBudgetsJson.Default.ClusterCarbonBudgetSpec)
        : JsonSerializer.Serialize(budget.Spec, CarbonBudgetsJson.Default.CarbonBudgetSpec);
}

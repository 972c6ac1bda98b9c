namespace ModelOperator.CarbonBudgets;

/// <summary>Kinds of budgets.</summary>
public enum CarbonBudgetKind
{
    /// <summary>Of one namespace.</summary>
    CarbonBudget,

    /// <summary>Over many namespaces.</summary>
    ClusterCarbonBudget,
}

namespace ModelOperator.CarbonBudgets;

/// <summary>Which estimate a budget reserves.</summary>
public enum CarbonBudgetReserve
{
    P50,
    P95,
}

namespace ModelOperator.Carbon.Budgets;

/// <summary>What a run asks of one budget. Budgets may ask for different reserves of one run (median or 95th percentile).</summary>
/// <param name="Budget">Name of the budget, as in <see cref="BudgetLedger.Name"/>.</param>
/// <param name="Amount">The reserve.</param>
public readonly record struct BudgetClaim(string Budget, BudgetAmount Amount)
{
    /// <summary>Leave to go beyond the limit; null for none.</summary>
    public BudgetAllowance? Allowance { get; init; }
}

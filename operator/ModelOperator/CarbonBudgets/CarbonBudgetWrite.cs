namespace ModelOperator.CarbonBudgets;

/// <summary>One status to write, by compare-and-swap on the budget that was read.</summary>
/// <param name="Budget">The budget as read; its resourceVersion fences the write.</param>
/// <param name="Next">The status to write.</param>
public sealed record CarbonBudgetWrite(V1CarbonBudget Budget, CarbonBudgetStatus Next);

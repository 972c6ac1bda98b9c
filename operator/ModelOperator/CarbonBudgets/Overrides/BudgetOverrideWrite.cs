namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>One status to write, by compare-and-swap on the override that was read.</summary>
/// <param name="Override">The override as read; its resourceVersion fences the write.</param>
/// <param name="Next">The status to write.</param>
public sealed record BudgetOverrideWrite(V1BudgetOverride Override, BudgetOverrideStatus Next);

namespace ModelOperator.Carbon.Budgets;

/// <summary>Leave for one run to go beyond a budget's limit. What a hold has used of it before counts, whoever gave that leave.</summary>
/// <param name="Uid">Identity of the override that gives it.</param>
/// <param name="Extra">By how much the run's hold may exceed what is left, as a sum over the run's life.</param>
public sealed record BudgetAllowance(string Uid, BudgetAmount Extra);

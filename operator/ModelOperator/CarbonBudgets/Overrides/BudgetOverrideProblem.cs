namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>Why an override is not honoured.</summary>
/// <param name="Reason">One of <see cref="BudgetOverrideReasons"/>.</param>
/// <param name="Message">Names field, value and what is allowed.</param>
public sealed record BudgetOverrideProblem(string Reason, string Message);

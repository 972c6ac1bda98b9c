namespace ModelOperator.Carbon.Budgets;

/// <summary>What was settled in an hour or a day.</summary>
/// <param name="Until">Its end, excluded.</param>
/// <param name="Amount">What was booked in it.</param>
/// <param name="Runs">Runs whose holds ended in it.</param>
public sealed record RollingSum(DateTimeOffset Until, BudgetAmount Amount, long Runs);

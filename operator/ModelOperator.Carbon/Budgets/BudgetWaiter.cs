namespace ModelOperator.Carbon.Budgets;

/// <summary>A run that has not started and waits for its budgets.</summary>
/// <param name="RunUid">UID of the run.</param>
/// <param name="RunName">namespace/name of the run, for people.</param>
/// <param name="Priority">Larger first.</param>
/// <param name="CreatedAt">Older first among equals.</param>
/// <param name="Claims">One per matching budget; none when no budget matches.</param>
public sealed record BudgetWaiter(
    string RunUid, string RunName, int Priority, DateTimeOffset CreatedAt, IReadOnlyList<BudgetClaim> Claims);

namespace ModelOperator.Carbon.Budgets;

/// <summary>What a budget keeps for one run that has not settled. A hold exists exactly as long as its run is not settled.</summary>
/// <param name="RunUid">UID of the run; the identity of the hold.</param>
/// <param name="RunName">namespace/name of the run, for people.</param>
/// <param name="Reserved">What is kept.</param>
/// <param name="ReservedAt">When it was first kept.</param>
public sealed record BudgetHold(string RunUid, string RunName, BudgetAmount Reserved, DateTimeOffset ReservedAt);

namespace ModelOperator.Carbon.Budgets;

/// <summary>The result of asking a ledger for room.</summary>
/// <param name="Ledger">The ledger afterwards; the same object when nothing changed.</param>
/// <param name="Status">What became of the request.</param>
/// <param name="Shortfall">Why it does not fit; set with <see cref="ReserveStatus.Refused"/> and <see cref="ReserveStatus.HeldOverLimit"/>.</param>
public sealed record LedgerChange(BudgetLedger Ledger, ReserveStatus Status, BudgetShortfall? Shortfall = null);

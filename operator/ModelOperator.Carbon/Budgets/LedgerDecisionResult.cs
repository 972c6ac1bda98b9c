using System.Collections.Immutable;

namespace ModelOperator.Carbon.Budgets;

/// <summary>The decision over all budgets and waiters.</summary>
/// <param name="Ledgers">All ledgers afterwards, by name.</param>
/// <param name="Changed">Names of those that differ, in ordinal order: the order to write them in.</param>
/// <param name="Outcomes">One per waiter, in the order they were served.</param>
/// <param name="GivenBack">
/// Holds that runs had before and lose, because another of their budgets has no room. A caller that reads through a cache makes sure
/// that such a run has not started before it writes.
/// </param>
public sealed record LedgerDecisionResult(
    ImmutableSortedDictionary<string, BudgetLedger> Ledgers, ImmutableArray<string> Changed, ImmutableArray<WaiterOutcome> Outcomes,
    ImmutableArray<BudgetHold> GivenBack);

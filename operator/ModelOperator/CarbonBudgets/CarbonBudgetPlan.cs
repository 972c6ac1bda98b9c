using System.Collections.Immutable;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.CarbonBudgets;

/// <summary>What the ledger comes to.</summary>
/// <param name="Writes">Statuses that change, in the order to write them.</param>
/// <param name="Outcomes">One per waiting run.</param>
/// <param name="GivenBack">UIDs of runs that lose a hold they had; the caller makes sure that none of them has started before it writes.</param>
/// <param name="RequeueAfter">Time until a window ends or an orphan is booked.</param>
public sealed record CarbonBudgetPlan(
    ImmutableArray<CarbonBudgetWrite> Writes, ImmutableArray<WaiterOutcome> Outcomes, ImmutableArray<string> GivenBack, TimeSpan? RequeueAfter);

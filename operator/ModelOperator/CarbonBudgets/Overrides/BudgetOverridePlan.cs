using System.Collections.Immutable;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>What overrides come to.</summary>
/// <param name="Writes">Statuses that change, to be written before any budget is.</param>
/// <param name="Allowances">What they allow, by name of the budget in the ledger and UID of the run: of several the newest.</param>
/// <param name="RequeueAfter">Time until the next one runs out.</param>
public sealed record BudgetOverridePlan(
    ImmutableArray<BudgetOverrideWrite> Writes, ImmutableDictionary<(string Budget, string RunUid), BudgetAllowance> Allowances, TimeSpan? RequeueAfter)
{
    /// <summary>Of a namespace without overrides.</summary>
    public static BudgetOverridePlan Nothing { get; } = new([], ImmutableDictionary<(string Budget, string RunUid), BudgetAllowance>.Empty, null);
}

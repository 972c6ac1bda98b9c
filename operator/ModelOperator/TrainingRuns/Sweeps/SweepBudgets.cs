using System.Globalization;
using ModelOperator.Carbon.Budgets;
using ModelOperator.CarbonBudgets;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>
/// A sweep against budgets. The sweep itself reserves nothing: each trial asks for its own hold. One trial is judged like any run; all of
/// them together may only be warned about, since they may spread over windows or end early. Pure.
/// </summary>
internal static class SweepBudgets
{
    /// <summary>A warning when all trials together are more than a whole window allows; null otherwise.</summary>
    internal static string? Warning(V1TrainingRun run, TrainingEstimate estimate, V1CarbonBudget budget, BudgetLedger ledger)
    {
        if (run.Spec.Sweep is not { } sweep || ledger.Enforcement is BudgetEnforcement.Audit)
            return null;
        var total = SweepSchedule.Of(sweep, []).Total;
        var one = CarbonBudgetLedgers.ClaimOf(budget, estimate);
        var all = CarbonBudgetLedgers.ClaimOf(budget, Times(estimate, total));
        if (ledger.Check(one) is { NeverFits: true } || ledger.Check(all) is not { NeverFits: true })
            return null;
        return $"{CarbonBudgetLedgers.TitleOf(budget)}: {total.ToString(CultureInfo.InvariantCulture)} trials together are expected to need {all}, more than the whole limit; the sweep goes on in the next windows.";
    }

    private static TrainingEstimate Times(TrainingEstimate estimate, int count) => estimate with
    {
        EnergyMilliwattHoursP50 = Times(estimate.EnergyMilliwattHoursP50, count),
        EnergyMilliwattHoursP95 = Times(estimate.EnergyMilliwattHoursP95, count),
        EmissionsMilligramsP50 = Times(estimate.EmissionsMilligramsP50, count),
        EmissionsMilligramsP95 = Times(estimate.EmissionsMilligramsP95, count),
    };

    private static long Times(long amount, int count) => (long)Int128.Min((Int128)amount * count, BudgetLedger.MaxUnits);
}

using ModelOperator.Carbon.Budgets;

namespace ModelOperator.CarbonBudgets;

/// <summary>Which threshold of a budget is reached. Pure.</summary>
public static class CarbonBudgetThresholds
{
    /// <summary>The highest threshold that what is used and held has reached in either limit, or had reached before in this window; null for none.</summary>
    /// <param name="thresholds">Percentages of the limit, with what was carried into the window.</param>
    /// <param name="ledger">The account.</param>
    /// <param name="before">Reached before in this window: what was told is not told again when runs settle below their reserve.</param>
    public static int? Reached(IReadOnlyList<int>? thresholds, BudgetLedger ledger, int? before)
    {
        if (thresholds is not { Count: > 0 } || ledger.PerRun)
            return null;
        var used = ledger.Settled + ledger.Reserved;
        var now = thresholds
            .Where(t => Is(t, used.Emissions.Milligrams, ledger.Limits.Emissions?.Milligrams, ledger.Carry.Emissions.Milligrams)
                || Is(t, used.Energy.MilliwattHours, ledger.Limits.Energy?.MilliwattHours, ledger.Carry.Energy.MilliwattHours))
            .Select(static t => (int?)t).Max();
        return now is null || before > now ? before : now;
    }

    private static bool Is(int threshold, long used, long? limit, long carry) =>
        limit is { } most && used > 0 && (Int128)used * 100 >= ((Int128)most + carry) * threshold;
}

using ModelOperator.Carbon.Budgets;

namespace ModelOperator.CarbonBudgets;

/// <summary>Which threshold of a budget is reached. Pure.</summary>
public static class CarbonBudgetThresholds
{
    /// <summary>A window that moves with the time has no end after which a threshold is told again: it is when so many points less were used meanwhile.</summary>
    private const int Rearm = 10;

    /// <summary>The highest threshold that what is used and held has reached in either limit, or had reached before in this window; null for none.</summary>
    /// <param name="thresholds">Percentages of the limit, with what was carried into the window.</param>
    /// <param name="ledger">The account.</param>
    /// <param name="before">Reached before in this window: what was told is not told again when runs settle below their reserve.</param>
    public static int? Reached(IReadOnlyList<int>? thresholds, BudgetLedger ledger, int? before)
    {
        if (thresholds is not { Count: > 0 } || ledger.PerRun)
            return null;
        var now = Highest(thresholds, ledger, 0);
        if (ledger.Rolling is not null && before is not null)
            before = Highest(thresholds.Where(t => t <= before), ledger, Rearm);
        return now is null || before > now ? before : now;
    }

    private static int? Highest(IEnumerable<int> thresholds, BudgetLedger ledger, int less)
    {
        var used = ledger.Settled + ledger.Reserved;
        return thresholds
            .Where(t => Is(t - less, used.Emissions.Milligrams, ledger.Limits.Emissions?.Milligrams, ledger.Carry.Emissions.Milligrams)
                || Is(t - less, used.Energy.MilliwattHours, ledger.Limits.Energy?.MilliwattHours, ledger.Carry.Energy.MilliwattHours))
            .Max(static t => (int?)t);
    }

    private static bool Is(int threshold, long used, long? limit, long carry) =>
        limit is { } most && used > 0 && (Int128)used * 100 >= ((Int128)most + carry) * threshold;
}

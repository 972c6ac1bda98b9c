using ModelOperator.Carbon.Budgets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <content>
/// Runs at work that ask for more than is held for them, and runs that a budget paused and that ask for what remains of them: both get it of all
/// their budgets or of none. A run may always burn what it holds; nothing here takes it away.
/// </content>
public static partial class CarbonBudgetPlanner
{
    /// <summary>A hold grows by a tenth at least where there is room, so that a run that is a little off does not ask again and again.</summary>
    private const int GrowthDivisor = 10;

    /// <summary>True for a run that a budget paused and nothing of which runs any more.</summary>
    internal static bool IsPausedByBudget(V1TrainingRun run) =>
        run.Status is { Pause.Reason: TrainingRunReasons.PausedByBudget, CurrentAttempt: null };

    /// <summary>Those at work come first, because they burn whatever is decided; then by age.</summary>
    private static void Extend(
        Dictionary<string, BudgetLedger> ledgers, IReadOnlyList<V1TrainingRun> runs, IReadOnlyDictionary<(string Budget, string RunUid), BudgetAllowance> allowances)
    {
        foreach (var run in runs
            .Where(static r => r.Status?.Projection is not null && HasStarted(r) && !IsOver(r))
            .OrderBy(IsPausedByBudget)
            .ThenBy(static r => r.Metadata.CreationTimestamp)
            .ThenBy(static r => r.Metadata.Uid, StringComparer.Ordinal))
        {
            foreach (var ledger in Extend([.. ledgers.Values.Where(l => l.Holds.ContainsKey(run.Metadata.Uid ?? ""))], run, allowances))
                ledgers[ledger.Name] = ledger;
        }
    }

    private static IEnumerable<BudgetLedger> Extend(List<BudgetLedger> holding, V1TrainingRun run, IReadOnlyDictionary<(string Budget, string RunUid), BudgetAllowance> allowances)
    {
        var uid = run.Metadata.Uid!;
        var ask = run.Status!.Projection!;
        var paused = IsPausedByBudget(run);
        if (paused)
            holding = [.. holding.Select(l => l.Book(uid, ask.Used))];
        List<LedgerChange> changes = [.. holding.Select(l => Grow(l, uid, ask, paused, allowances.GetValueOrDefault((l.Name, uid))))];
        if (changes.TrueForAll(static c => c.Status != ReserveStatus.Refused))
            return changes.Select(static c => c.Ledger);
        // What a paused run does not get whole it does not keep in part: others may use it.
        return changes.Zip(holding, (change, before) =>
        {
            var facts = change.Status == ReserveStatus.Refused ? change.Ledger : before.Commit(uid, BudgetAmount.Zero, ask.Used).Ledger;
            return paused ? facts.ReleaseUnused(uid, ask.Used) : facts;
        });
    }

    private static LedgerChange Grow(BudgetLedger ledger, string uid, TrainingProjection ask, bool paused, BudgetAllowance? allowance)
    {
        var held = ledger.Holds[uid];
        if (!paused && !held.Total.Covers(ask.Total))
        {
            if (ledger.Commit(uid, BudgetAmount.Max(ask.Total, held.Total + (held.Reserved / GrowthDivisor)), ask.Used) is { Status: not ReserveStatus.Refused } ample)
                return ample;
        }

        return ledger.Commit(uid, ask.Total, ask.Used, allowance);
    }
}

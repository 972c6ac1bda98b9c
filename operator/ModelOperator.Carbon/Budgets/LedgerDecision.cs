using System.Collections.Immutable;

namespace ModelOperator.Carbon.Budgets;

/// <summary>
/// Decides over all budgets and all waiters at once. A run gets all its budgets or none; a partial hold (a crash between two writes, a
/// budget that is new) is completed or given back. Served by priority, then age, then UID; a run that does not fit does not stop later
/// ones that do. Pure and deterministic: on a write conflict read everything again and decide again.
/// </summary>
public static class LedgerDecision
{
    /// <summary>Serves the waiters.</summary>
    /// <param name="ledgers">All ledgers, already in the window that holds <paramref name="now"/>.</param>
    /// <param name="waiters">Runs that have not started; each UID once.</param>
    /// <param name="now">The time new holds carry.</param>
    /// <exception cref="ArgumentException">A UID or budget name that comes twice, or a negative amount.</exception>
    public static LedgerDecisionResult Decide(IEnumerable<BudgetLedger> ledgers, IEnumerable<BudgetWaiter> waiters, DateTimeOffset now)
    {
        var before = ledgers.ToImmutableSortedDictionary(l => l.Name, l => l, StringComparer.Ordinal);
        var after = before;
        var outcomes = ImmutableArray.CreateBuilder<WaiterOutcome>();
        var served = new HashSet<string>(StringComparer.Ordinal);
        foreach (var waiter in InOrder(waiters))
        {
            if (!served.Add(waiter.RunUid))
                throw new ArgumentException($"run {waiter.RunUid} waits twice", nameof(waiters));
            (after, var outcome) = Serve(after, waiter, now);
            outcomes.Add(outcome);
        }

        var changed = after.Keys.Where(name => !ReferenceEquals(before[name], after[name])).ToImmutableArray();
        return new(after, changed, outcomes.DrainToImmutable(), [.. changed.SelectMany(name => Lost(before[name], after[name]))]);
    }

    private static IEnumerable<BudgetHold> Lost(BudgetLedger before, BudgetLedger after) =>
        before.Holds.Values.Where(h => !after.Holds.ContainsKey(h.RunUid));

    private static IEnumerable<BudgetWaiter> InOrder(IEnumerable<BudgetWaiter> waiters) => waiters
        .OrderByDescending(w => w.Priority)
        .ThenBy(w => w.CreatedAt)
        .ThenBy(w => w.RunUid, StringComparer.Ordinal);

    private static (ImmutableSortedDictionary<string, BudgetLedger> Ledgers, WaiterOutcome Outcome) Serve(
        ImmutableSortedDictionary<string, BudgetLedger> ledgers, BudgetWaiter waiter, DateTimeOffset now)
    {
        if (waiter.Claims.Count == 0)
            return (ledgers, new(waiter.RunUid, WaiterReason.NoBudget, "No CarbonBudget matches this run."));
        var tried = ledgers;
        var changes = new List<LedgerChange>();
        foreach (var claim in waiter.Claims.OrderBy(c => c.Budget, StringComparer.Ordinal))
        {
            if (!tried.TryGetValue(claim.Budget, out var ledger))
            {
                return (GiveBack(ledgers, waiter), new(
                    waiter.RunUid, WaiterReason.BudgetMissing, $"CarbonBudget {claim.Budget} is gone or not read yet; waiting to decide again."));
            }

            var change = ledger.TryReserve(waiter.RunUid, waiter.RunName, claim.Amount, now, claim.Allowance);
            changes.Add(change);
            tried = ReferenceEquals(change.Ledger, ledger) ? tried : tried.SetItem(claim.Budget, change.Ledger);
        }

        return changes.Exists(c => c.Status == ReserveStatus.Refused)
            ? (GiveBack(ledgers, waiter), Refusal(waiter, changes))
            : (tried, Grant(waiter, changes));
    }

    private static WaiterOutcome Refusal(BudgetWaiter waiter, List<LedgerChange> changes)
    {
        var shortfalls = changes.Where(c => c.Status == ReserveStatus.Refused).Select(c => c.Shortfall!).ToList();
        var never = shortfalls.Find(s => s.NeverFits);
        return new(
            waiter.RunUid,
            never is null ? WaiterReason.BudgetExhausted : WaiterReason.NeverFits,
            string.Join(" ", shortfalls.Select(s => s.Message)),
            never ?? shortfalls[0]);
    }

    private static WaiterOutcome Grant(BudgetWaiter waiter, List<LedgerChange> changes)
    {
        var names = string.Join(", ", changes.Select(c => c.Ledger.Name));
        if (changes.Find(c => c.Status == ReserveStatus.HeldOverLimit && c.Ledger.Enforcement == BudgetEnforcement.Warn) is { } over)
            return new(waiter.RunUid, WaiterReason.GrantedOverLimit, $"Admitted beyond the limit. {over.Shortfall!.Message}", over.Shortfall);
        return changes.TrueForAll(c => c.Status == ReserveStatus.AlreadyHeld)
            ? new(waiter.RunUid, WaiterReason.AlreadyGranted, $"Reserved in {names}.")
            : new(waiter.RunUid, WaiterReason.Granted, $"Reserved in {names}.");
    }

    private static ImmutableSortedDictionary<string, BudgetLedger> GiveBack(
        ImmutableSortedDictionary<string, BudgetLedger> ledgers, BudgetWaiter waiter)
    {
        foreach (var claim in waiter.Claims)
        {
            if (ledgers.TryGetValue(claim.Budget, out var ledger))
                ledgers = ledgers.SetItem(claim.Budget, ledger.Release(waiter.RunUid));
        }

        return ledgers;
    }
}

using System.Collections.Immutable;
using ModelOperator.Carbon.Budgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>
/// The ledger of one namespace, or of all where a budget is over many: every decision is over all its budgets and all its runs at once, so that two
/// runs can never both pass on the same room. Pure; on a write conflict everything is read and decided again.
/// </summary>
public static partial class CarbonBudgetPlanner
{
    /// <summary>A hold whose run cannot be seen is kept this long before it is booked.</summary>
    public static readonly TimeSpan OrphanGrace = TimeSpan.FromSeconds(60);

    /// <summary>Decides the next status of every budget.</summary>
    /// <param name="budgets">All budgets of the namespace; of all namespaces, and those over many, where there is one over many.</param>
    /// <param name="runs">All runs of the namespace, or of all.</param>
    /// <param name="now">The time.</param>
    /// <param name="allowances">Leave to exceed a limit, by name of the budget and UID of the run.</param>
    /// <param name="labels">Labels of a namespace by its name; null when it is not known.</param>
    public static CarbonBudgetPlan Decide(
        IReadOnlyList<V1CarbonBudget> budgets, IReadOnlyList<V1TrainingRun> runs, DateTimeOffset now,
        IReadOnlyDictionary<(string Budget, string RunUid), BudgetAllowance>? allowances = null, LabelsByNamespace? labels = null)
    {
        allowances ??= BudgetOverridePlan.Nothing.Allowances;
        var live = budgets.Where(b => b.Metadata.DeletionTimestamp is null).ToList();
        var near = new CarbonBudgetsNear(live, labels);
        var ledgers = live.ToDictionary(CarbonBudgetLedgers.NameOf, b => CarbonBudgetLedgers.Of(b, now), StringComparer.Ordinal);
        var settled = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var run in runs)
            foreach (var budget in near.All(run))
                Book(ledgers, settled, budget, run, near.Covers(budget, run) is true, now);
        var uids = runs.Select(r => r.Metadata.Uid ?? "").ToHashSet(StringComparer.Ordinal);
        foreach (var (name, ledger) in ledgers.ToArray())
        {
            var orphans = ledger.Orphans(uids, now, OrphanGrace);
            ledgers[name] = orphans.Aggregate(ledger, (l, orphan) => l.DropOrphan(orphan.RunUid, orphan.Total));
            settled[name] = settled.GetValueOrDefault(name) + orphans.Count;
        }

        Extend(ledgers, runs, allowances);
        var blind = runs.Where(r => Waits(r) && near.Covering(r).Any(b => CarbonBudgetBlindness.Stops(b, r.Status!.Estimate!))).Select(static r => r.Metadata.Uid ?? "").ToHashSet(StringComparer.Ordinal);
        var decision = LedgerDecision.Decide(ledgers.Values, runs.Where(r => Waits(r) && near.IsKnown(r) && !blind.Contains(r.Metadata.Uid ?? "")).Select(r => Waiter(r, near, allowances)), now);
        var refused = decision.Outcomes.Where(o => !o.MayStart).Select(o => o.RunUid).Concat(blind).ToHashSet(StringComparer.Ordinal);
        var waiting = runs.Where(r => refused.Contains(r.Metadata.Uid ?? "")).SelectMany(near.Covering).CountBy(CarbonBudgetLedgers.NameOf).ToDictionary(StringComparer.Ordinal);
        var writes = live
            .OrderBy(CarbonBudgetLedgers.NameOf, StringComparer.Ordinal)
            .Select(b => (Budget: b, Next: CarbonBudgetStatuses.Of(
                b,
                decision.Ledgers[CarbonBudgetLedgers.NameOf(b)],
                waiting.GetValueOrDefault(CarbonBudgetLedgers.NameOf(b)),
                settled.GetValueOrDefault(CarbonBudgetLedgers.NameOf(b)),
                now)))
            .Where(w => !CarbonBudgetStatuses.Same(w.Budget.Status, w.Next))
            .Select(w => new CarbonBudgetWrite(w.Budget, w.Next))
            .ToImmutableArray();
        return new(writes, decision.Outcomes, [.. decision.GivenBack.Select(h => h.RunUid).Distinct(StringComparer.Ordinal)], NextLook(decision.Ledgers.Values, uids, now))
        {
            Premises = [.. writes.SelectMany(w => Premises(w, runs, uids)).Distinct()],
        };
    }

    /// <summary>What a write takes for granted about runs: each hold that comes or goes tells, except that of a run seen to be over, which stays over.</summary>
    private static IEnumerable<CarbonBudgetPremise> Premises(CarbonBudgetWrite write, IReadOnlyList<V1TrainingRun> runs, HashSet<string> uids)
    {
        var before = (write.Budget.Status?.Holds ?? []).ToDictionary(h => h.RunUid, StringComparer.Ordinal);
        var after = (write.Next.Holds ?? []).ToDictionary(h => h.RunUid, StringComparer.Ordinal);
        foreach (var hold in after.Values.Where(h => !before.ContainsKey(h.RunUid)))
            yield return new(CarbonBudgetPremiseKind.Open, hold.RunUid, CarbonBudgetLedgers.RunOf(write.Budget, hold));
        foreach (var hold in before.Values.Where(h => !after.ContainsKey(h.RunUid)))
        {
            if (!uids.Contains(hold.RunUid))
                yield return new(CarbonBudgetPremiseKind.Gone, hold.RunUid, CarbonBudgetLedgers.RunOf(write.Budget, hold));
            else if (runs.First(r => r.Metadata.Uid == hold.RunUid) is var run && !IsOver(run))
                yield return new(CarbonBudgetPremiseKind.NotStarted, hold.RunUid, run.Key);
        }
    }

    /// <summary>Settles what is finished and books what runs without a hold, which a budget made later finds.</summary>
    private static void Book(Dictionary<string, BudgetLedger> ledgers, Dictionary<string, long> settled, V1CarbonBudget budget, V1TrainingRun run, bool covered, DateTimeOffset now)
    {
        var name = CarbonBudgetLedgers.NameOf(budget);
        var ledger = ledgers[name];
        var uid = run.Metadata.Uid ?? "";
        if (IsOver(run))
        {
            if (!ledger.Holds.ContainsKey(uid))
                return;
            ledgers[name] = ledger.Settle(uid, CarbonBudgetLedgers.AmountOf(run.Status?.Energy));
            settled[name] = settled.GetValueOrDefault(name) + 1;
        }
        else if (covered && HasStarted(run) && run.Status?.Estimate is { } estimate && !ledger.Holds.ContainsKey(uid))
        {
            // It burns energy whether it fits or not: book it, and let the budget show the truth.
            var open = ledger with { Enforcement = BudgetEnforcement.Audit };
            ledgers[name] = open.TryReserve(uid, run.Key.ToString(), CarbonBudgetLedgers.ClaimOf(budget, estimate), now).Ledger with { Enforcement = ledger.Enforcement };
        }
    }

    private static bool Waits(V1TrainingRun run) =>
        run.Status?.Estimate is not null && !IsOver(run) && !HasStarted(run) && run.Metadata.DeletionTimestamp is null;

    internal static bool IsOver(V1TrainingRun run) => run.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed;

    internal static bool HasStarted(V1TrainingRun run) => run.Status?.Attempts is { Execution: > 0 };

    private static BudgetWaiter Waiter(V1TrainingRun run, CarbonBudgetsNear near, IReadOnlyDictionary<(string Budget, string RunUid), BudgetAllowance> allowances) => new(
        run.Metadata.Uid ?? "",
        run.Key.ToString(),
        0,
        run.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch,
        [.. near.Covering(run).Select(b => new BudgetClaim(CarbonBudgetLedgers.NameOf(b), CarbonBudgetLedgers.ClaimOf(b, run.Status!.Estimate!))
        {
            Allowance = allowances.GetValueOrDefault((CarbonBudgetLedgers.NameOf(b), run.Metadata.Uid ?? "")),
        })]);

    private static TimeSpan? NextLook(IEnumerable<BudgetLedger> ledgers, HashSet<string> uids, DateTimeOffset now)
    {
        TimeSpan? next = null;
        foreach (var ledger in ledgers)
        {
            Sooner(ref next, (ledger.Rolling?.NextFall ?? ledger.Window.End) - now);
            foreach (var hold in ledger.Holds.Values.Where(h => !uids.Contains(h.RunUid)))
                Sooner(ref next, hold.ReservedAt + OrphanGrace - now);
        }

        return next;
    }

    private static void Sooner(ref TimeSpan? next, TimeSpan candidate)
    {
        var wait = candidate < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : candidate;
        if (next is null || wait < next)
            next = wait;
    }
}

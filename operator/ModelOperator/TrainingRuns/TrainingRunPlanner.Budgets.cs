using ModelOperator.CarbonBudgets;

namespace ModelOperator.TrainingRuns;

/// <summary>Budgets: the estimate asks, the hold answers. The ledger is another room; the two meet only in their statuses.</summary>
public static partial class TrainingRunPlanner
{
    /// <summary>An intensity that moves by less than one part in so many is the same.</summary>
    private const int Tremble = 20;

    private static readonly TimeSpan GridRetry = TimeSpan.FromMinutes(1);

    /// <summary>True when the budget holds something for the run.</summary>
    internal static bool Holds(V1CarbonBudget budget, V1TrainingRun run) =>
        budget.Status?.Holds?.Any(h => h.RunUid == run.Metadata.Uid) == true;

    private static bool BudgetMissing(TrainingRunDraft draft)
    {
        if (draft.Counts.Execution > 0)
            return false;
        draft.Status = draft.Status with { Estimate = EstimateOf(draft) };
        if (draft.Observed.Budgets.Count == 0)
        {
            draft.Condition(TrainingRunConditions.BudgetReserved, true, TrainingRunReasons.NoBudget, "No CarbonBudget or ClusterCarbonBudget covers the run.");
            return false;
        }

        var lacking = draft.Observed.Budgets.Where(b => !Holds(b, draft.Run)).ToList();
        if (lacking.Count > 0)
            return Queue(draft, lacking);
        var names = CarbonBudgetLedgers.TitlesOf(draft.Observed.Budgets);
        draft.Condition(TrainingRunConditions.BudgetReserved, true, TrainingRunReasons.Reserved, $"Reserved in {names}.");
        return false;
    }

    /// <summary>What the run asks with: estimated once, and anew while no budget holds anything for it and its grid has become known, or cleaner or dirtier by a twentieth.</summary>
    private static TrainingEstimate? EstimateOf(TrainingRunDraft draft)
    {
        var known = draft.Status.Estimate;
        if (known is not null && (draft.Observed.Holding.Count > 0 || draft.Observed.Grid is not { HasSources: true }))
            return known;
        var fresh = draft.Estimate(out _);
        return known is null || (fresh is not null && (fresh.IntensityQuality != known.IntensityQuality
            || Math.Abs(fresh.IntensityMilligramsPerKwh - known.IntensityMilligramsPerKwh) > known.IntensityMilligramsPerKwh / Tremble)) ? fresh : known;
    }

    /// <summary>
    /// Waits. What is left of a budget changes with every other run and is not repeated in the message: a thousand waiting runs would be
    /// written again for each one that settles.
    /// </summary>
    private static bool Queue(TrainingRunDraft draft, List<V1CarbonBudget> lacking)
    {
        var reason = TrainingRunReasons.WaitingForLedger;
        var message = $"Waiting for {CarbonBudgetLedgers.TitlesOf(lacking)} to answer.";
        foreach (var budget in lacking)
        {
            if (CarbonBudgetBlindness.Stops(budget, draft.Status.Estimate!))
            {
                (reason, message) = (TrainingRunReasons.IntensityUnavailable, CarbonBudgetBlindness.Message(budget, draft.Status.Estimate!));
                break;
            }

            var ledger = CarbonBudgetLedgers.SumsOf(budget, draft.Now);
            var claim = CarbonBudgetLedgers.ClaimOf(budget, draft.Status.Estimate!);
            if (ledger.Check(claim) is not { } shortfall)
                continue;
            reason = shortfall.NeverFits ? TrainingRunReasons.CarbonBudgetTooSmall : TrainingRunReasons.CarbonBudgetExhausted;
            message = shortfall.NeverFits
                ? $"{CarbonBudgetLedgers.TitleOf(budget)} has a limit below what the run needs ({claim}): make the run smaller or raise the limit."
                : $"{CarbonBudgetLedgers.TitleOf(budget)} has no room for {claim}; the run starts when other runs end or the budget resets at {Time(ledger.Window.End)}.";
            break;
        }

        var stalled = reason == TrainingRunReasons.CarbonBudgetTooSmall;
        draft.Condition(TrainingRunConditions.BudgetReserved, false, reason, message);
        draft.Progressing(TrainingRunPhase.Queued, reason, message, stalled);
        if (reason != TrainingRunReasons.WaitingForLedger)
        {
            // On a cleaner grid it needs less.
            if (reason == TrainingRunReasons.IntensityUnavailable)
                draft.LookAgain(GridRetry);
            else if (draft.Observed.Grid is { HasSources: true })
                draft.LookAgain(ForecastRefresh);
            return true;
        }

        // A decided start is on record before the ledger gives anything for it.
        if (draft.Run.Status is null && draft.Status.CarbonStart is null && draft.Observed.Asking < LedgerPatience)
            draft.KeepUnwritten(LedgerPatience);
        else
            draft.LookAgain(LedgerRetry);
        return true;
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

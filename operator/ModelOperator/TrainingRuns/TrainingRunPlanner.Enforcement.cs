using ModelOperator.Carbon.Budgets;
using ModelOperator.CarbonBudgets;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <content>
/// Budgets of a run at work. What it will need is asked of the ledger as soon as it is more than is held; what is held it may burn whatever the
/// answer. Only when that is burnt, the state's saving included, does a refusal count: the run is paused, failed or warned about.
/// </content>
public static partial class TrainingRunPlanner
{
    /// <summary>Least and longest time between two looks at what a run has burnt.</summary>
    public static readonly TimeSpan SoonestLook = TimeSpan.FromSeconds(10), LatestLook = TimeSpan.FromMinutes(10);

    /// <summary>A run without a report that was paused goes on when this part of its estimate fits: what it still needs is not known.</summary>
    private const int RestDivisor = 4;

    /// <summary>So much must change before the ledger is asked again: a tenth.</summary>
    private const int AskDivisor = 10;

    /// <summary>Why the attempt under way must end; null while its budgets let it go on.</summary>
    private static AttemptEnd? BudgetEnd(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        if (draft.Observed.Holding.Count == 0 || group.AllTrainersEnded || group.AllStarted is null || OutlookOf(draft, attempt) is not { } outlook)
            return null;
        var holds = draft.Observed.Holding.Select(b => (Budget: b, Hold: HoldOf(b, draft.Run))).ToList();
        draft.LookAgain(NextLook(outlook, holds.Select(static h => h.Hold)));
        if (holds.TrueForAll(h => h.Hold.Total.Covers(outlook.Projected)))
        {
            WithinBudgets(draft, outlook, holds.ConvertAll(static h => h.Hold));
            return null;
        }

        if (MustAsk(draft, outlook, holds.ConvertAll(static h => h.Hold)))
            draft.Status = draft.Status with { Projection = TrainingProjection.Of(outlook.Used, outlook.Remaining, outlook.Basis) };
        var ask = draft.Status.Projection!.Total;
        if (holds.FindAll(h => h.Hold.Refused == ask) is not { Count: > 0 } refusing)
        {
            draft.LookAgain(LedgerRetry);
            return null;
        }

        var message = Refusal(draft, refusing[0].Budget, refusing[0].Hold);
        Warn(draft, message);
        var worst = refusing.Where(h => !h.Hold.Total.Covers(outlook.WhenStopped)).Select(static h => (CarbonBudgetExceedAction?)h.Budget.Spec.OnExceed).Max();
        return worst switch
        {
            CarbonBudgetExceedAction.Fail => new AttemptEnd(AttemptEndKind.Permanent, TrainingRunReasons.CarbonBudgetExceeded, message),
            CarbonBudgetExceedAction.Pause => Pause(draft, outlook, message),
            _ => null,
        };
    }

    /// <summary>A run that a budget paused goes on when all its budgets hold what remains of it.</summary>
    private static void LeaveBudgetPause(TrainingRunDraft draft)
    {
        if (draft.Status is not { Pause.Reason: TrainingRunReasons.PausedByBudget, CurrentAttempt: null, Projection: { } projection })
            return;
        // What it burnt in the end is known now.
        var whole = TrainingProjection.Of(CarbonBudgetLedgers.AmountOf(draft.Status.Energy), projection.Remaining, projection.Basis);
        draft.Status = draft.Status with { Projection = whole };
        // Not in the pass that closed the attempt: the ledger has not booked it.
        if (draft.Run.Status is not { CurrentAttempt: null, Projection: { } known } || known != whole || !HoldWhatRemains(draft.Run, draft.Observed.Holding))
            return;
        draft.Status = draft.Status with { Pause = null };
        draft.Condition(TrainingRunConditions.WithinBudget, true, TrainingRunReasons.Reserved, "What remains of the run is reserved.");
        draft.Tell(EventNote.Normal(TrainingRunReasons.Resumed, $"What remains of the run, {whole.Remaining}, fits its budgets; it goes on."));
    }

    /// <summary>True when all of the budgets hold what a paused run still needs.</summary>
    public static bool HoldWhatRemains(V1TrainingRun run, IEnumerable<V1CarbonBudget> holding) =>
        run.Status?.Projection is { } projection && holding.All(b => HoldOf(b, run).Total.Covers(projection.Total));

    /// <summary>True when the remainder does not fit even an empty window of a budget: no reset helps.</summary>
    private static bool NeverResumes(TrainingRunDraft draft) =>
        draft.Status is { Pause.Reason: TrainingRunReasons.PausedByBudget, Projection: { } projection }
        && draft.Observed.Holding.Any(b => CarbonBudgetLedgers.SumsOf(b, draft.Now).Check(projection.Remaining) is { NeverFits: true });

    private static TrainingRunOutlook? OutlookOf(TrainingRunDraft draft, TrainingAttempt attempt)
    {
        // Whole units of the first seconds say little about the power.
        if (attempt.StartedAt is not { } started || draft.Now < started + SoonestLook)
        {
            draft.LookAgain(SoonestLook);
            return null;
        }

        var energy = RunEnergyMeter.Measure(EnergyInputs(draft, draft.Now - started, null) with { Ended = draft.Now });
        return energy is null ? null : TrainingRunOutlook.Of(draft.Run, draft.Observed.Progress ?? draft.Status.Progress, energy, started, draft.Now);
    }

    private static BudgetHold HoldOf(V1CarbonBudget budget, V1TrainingRun run) =>
        budget.Status!.Holds!.First(h => h.RunUid == run.Metadata.Uid).ToHold(DateTimeOffset.UnixEpoch);

    /// <summary>Half of the time in which the rest of the smallest hold would be burnt: the nearer the limit, the closer the look.</summary>
    private static TimeSpan NextLook(TrainingRunOutlook outlook, IEnumerable<BudgetHold> holds)
    {
        var left = holds.Select(h => outlook.TimeFor(h.Total.Less(outlook.Used)) ?? LatestLook).Min() / 2;
        return left < SoonestLook ? SoonestLook : left > LatestLook ? LatestLook : left;
    }

    /// <summary>
    /// The first time; when more than was granted is needed; or when what was refused has grown by a tenth. A run that needs a little more each time
    /// would otherwise write each time.
    /// </summary>
    private static bool MustAsk(TrainingRunDraft draft, TrainingRunOutlook outlook, List<BudgetHold> holds)
    {
        if (draft.Status.Projection?.Total is not { } asked)
            return true;
        if (asked.Covers(outlook.Projected))
            return false;
        return holds.TrueForAll(h => h.Total.Covers(asked)) || !Grown(asked).Covers(outlook.Projected);
    }

    /// <summary>An ask that was refused and is not needed any more, by a tenth, is taken back.</summary>
    private static void WithinBudgets(TrainingRunDraft draft, TrainingRunOutlook outlook, List<BudgetHold> holds)
    {
        var refused = holds.Exists(static h => h.Refused is not null);
        if (refused && holds.TrueForAll(h => h.Total.Covers(Grown(outlook.Projected))))
            draft.Status = draft.Status with { Projection = TrainingProjection.Of(outlook.Used, outlook.Remaining, outlook.Basis) };
        else if (!refused && Conditions.IsFalse(draft.Status.Conditions, TrainingRunConditions.WithinBudget))
            draft.Condition(TrainingRunConditions.WithinBudget, true, TrainingRunReasons.Reserved, "What the run needs is reserved.");
    }

    private static BudgetAmount Grown(BudgetAmount amount) => amount + (amount / AskDivisor);

    /// <summary>
    /// What is left of a budget changes with every other run, and what is burnt with every look: the message is that of the ask, and stays until the
    /// next. Said in an event once, until there was room again.
    /// </summary>
    private static void Warn(TrainingRunDraft draft, string message)
    {
        var told = Conditions.IsFalse(draft.Status.Conditions, TrainingRunConditions.WithinBudget);
        if (told && draft.Status.Projection == draft.Run.Status?.Projection)
            return;
        draft.Condition(TrainingRunConditions.WithinBudget, false, TrainingRunReasons.ExtensionRefused, message);
        if (!told)
            draft.Tell(EventNote.Warning(TrainingRunReasons.ExtensionRefused, message));
    }

    private static string Refusal(TrainingRunDraft draft, V1CarbonBudget budget, BudgetHold hold)
    {
        var ask = draft.Status.Projection!;
        var room = CarbonBudgetLedgers.SumsOf(budget, draft.Now).Check(ask.Total.Less(hold.Total))?.Message
            ?? $"{CarbonBudgetLedgers.FullTitleOf(budget)} has room again.";
        return $"{CarbonBudgetLedgers.TitleOf(budget)} holds {hold.Total}; burnt {ask.Used}, projected {ask.Total}. {room}";
    }

    /// <summary>Ends the attempt with its grace, as a pause by command does; what remains must fit before it goes on.</summary>
    private static AttemptEnd Pause(TrainingRunDraft draft, TrainingRunOutlook outlook, string message)
    {
        var quarter = draft.Status.Estimate is { } estimate
            ? new BudgetAmount(new(estimate.EmissionsMilligramsP95), new(estimate.EnergyMilliwattHoursP95)) / RestDivisor
            : BudgetAmount.Zero;
        var rest = outlook.RemainingSeconds is null ? BudgetAmount.Max(outlook.Remaining, quarter) : outlook.Remaining;
        draft.Status = draft.Status with
        {
            Projection = TrainingProjection.Of(outlook.Used, rest, outlook.Basis),
            Pause = new TrainingPause { Reason = TrainingRunReasons.PausedByBudget, Since = draft.Now, Message = message },
        };
        return new AttemptEnd(AttemptEndKind.Paused, TrainingRunReasons.PausedByBudget, message);
    }
}

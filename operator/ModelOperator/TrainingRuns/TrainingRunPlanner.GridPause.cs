using System.Globalization;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Scheduling;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <content>
/// Pausing at work for the grid: a run with a checkpoint whose schedule is Interruptible ends its attempt, as any pause does, when the grid turns dirty, and goes on in the next clean time inside
/// its deadline. What budgets hold stays held. Without a forecast nothing is paused, and what is paused goes on at the time that was decided.
/// </content>
public static partial class TrainingRunPlanner
{
    /// <summary>The least gain that a pause is worth, as a part of what the next minimum run would cause.</summary>
    private const double LeastPauseGain = 0.05;

    /// <summary>True for a run that the grid may pause.</summary>
    internal static bool MayPause(V1TrainingRun run) =>
        run.Spec is { Carbon.Schedule.Policy: TrainingSchedulePolicy.Interruptible, Sweep: null }
        && run.Status is { Attempts.Execution: > 0, Artifact: null, Phase: not (TrainingRunPhase.Succeeded or TrainingRunPhase.Failed) };

    /// <summary>Why the attempt under way must end; null while the grid lets it go on.</summary>
    private static AttemptEnd? GridEnd(TrainingRunDraft draft, TrainingPodGroup group)
    {
        if (!MayPause(draft.Run) || group.AllTrainersEnded || group.AllStarted is not { } started)
            return null;
        var schedule = draft.Run.Spec.Carbon!.Schedule!;
        if (draft.Now < started + schedule.MinimumRun)
        {
            draft.LookAgainAt(started + schedule.MinimumRun);
            return null;
        }

        draft.LookAgain(ForecastRefresh);
        var trained = TimeSpan.FromSeconds(draft.Counts.ActiveSeconds) + (draft.Now - started);
        var remaining = TrainingRunOutlook.RestByReport(draft.Run, draft.Observed.Progress ?? draft.Status.Progress, started, draft.Now) is { } reported
            ? TimeSpan.FromSeconds(reported) : Expected(draft) - trained;
        // What is nearly done is finished.
        if (remaining <= schedule.MinimumRun)
            return null;
        var (request, forecast) = Rest(draft, schedule, trained, remaining);
        var decision = CarbonAwarePause.Decide(forecast, request with { LeastGain = LeastPauseGain });
        if (decision.Until is { } until)
            draft.LookAgainAt(until);
        return decision.Waits ? PauseForGrid(draft, decision, forecast!, request) : null;
    }

    private static AttemptEnd PauseForGrid(TrainingRunDraft draft, StartDecision decision, DecisionForecast forecast, StartRequest request)
    {
        var before = draft.Status.CarbonPauses ?? new();
        draft.Status = draft.Status with { CarbonPauses = Expect(draft, before with { Count = before.Count + 1 }, decision, forecast, request) };
        var message = PauseMessage(draft.Status.CarbonPauses!);
        draft.Status = draft.Status with { Pause = new TrainingPause { Reason = TrainingRunReasons.PausedForGrid, Since = draft.Now, Message = message } };
        return new AttemptEnd(AttemptEndKind.Paused, TrainingRunReasons.PausedForGrid, message);
    }

    /// <summary>A run that the grid paused goes on at the chosen time, or at the latest that its deadline allows.</summary>
    private static void LeaveGridPause(TrainingRunDraft draft)
    {
        if (draft.Status is not { Pause: { Reason: TrainingRunReasons.PausedForGrid } pause, CurrentAttempt: null, CarbonPauses: { } pauses })
            return;
        if (draft.Run.Spec.Carbon?.Schedule is not { Policy: TrainingSchedulePolicy.Interruptible } schedule)
        {
            Resume("The schedule allows no pause any more.");
            return;
        }

        var (request, forecast) = Rest(draft, schedule, TimeSpan.FromSeconds(draft.Counts.ActiveSeconds), TimeSpan.FromSeconds(pauses.RemainingSeconds));
        var decision = CarbonAwareStart.Decide(forecast, request, pauses.ResumeTime);
        if (!decision.Waits)
        {
            Resume(decision.Reason switch
            {
                StartReason.ChosenTime => "The time that was chosen for its cleaner grid has come.",
                StartReason.CleanEnough => "The grid is clean enough.",
                StartReason.Deadline => $"The deadline allows no longer pause than until {Time(request.LatestStart)}.",
                _ => "No later time is expected to be cleaner.",
            });
            return;
        }

        if (decision.Start.WholeSeconds() != pauses.ResumeTime)
        {
            var moved = Expect(draft, pauses, decision, forecast, request);
            draft.Status = draft.Status with { CarbonPauses = moved, Pause = pause with { Message = PauseMessage(moved) } };
            draft.Tell(EventNote.Normal("LowCarbonWindowMoved", $"The forecast has changed: the run goes on at {Time(moved.ResumeTime!.Value)}, not {Time(pauses.ResumeTime ?? draft.Now)}."));
        }

        draft.LookAgain(ForecastRefresh);
        draft.LookAgainAt(draft.Status.CarbonPauses!.ResumeTime!.Value);

        void Resume(string why)
        {
            draft.Status = draft.Status with { Pause = null };
            draft.Tell(EventNote.Normal(TrainingRunReasons.ResumedForGrid, $"{why} The run goes on."));
        }
    }

    /// <summary>However a pause ended, by the grid, a command or the end of the run: its time is counted once.</summary>
    private static void CountGridPause(TrainingRunDraft draft)
    {
        if (draft.Run.Status?.Pause is not { Reason: TrainingRunReasons.PausedForGrid, Since: { } since } || draft.Status is not { CarbonPauses: { } pauses } status)
            return;
        if (status.Pause?.Reason != TrainingRunReasons.PausedForGrid)
            draft.Status = status with { CarbonPauses = pauses with { PausedSeconds = pauses.PausedSeconds + Math.Max(0, (long)(draft.Now - since).TotalSeconds), ResumeTime = null } };
    }

    /// <summary>
    /// The rest of the work, and what is expected of the grid. It must go on so early that it ends in time, a quarter longer than it seems and with its start; and all that
    /// the run waited and was paused together is never more than the greatest delay.
    /// </summary>
    private static (StartRequest Request, DecisionForecast? Forecast) Rest(TrainingRunDraft draft, TrainingCarbonSchedule schedule, TimeSpan trained, TimeSpan remaining)
    {
        var latest = LatestStart(draft, schedule, trained, SafeTime(remaining, TimeSpan.FromSeconds(draft.Deadlines.ActiveSeconds) - trained));
        var request = RequestOf(schedule, draft.Now, latest, remaining);
        return (request, DecisionForecast.Of(draft.Observed.MarginalGrid, draft.Observed.Grid, draft.Now, latest + remaining, draft.Now + remaining));
    }

    private static TrainingCarbonPauses Expect(TrainingRunDraft draft, TrainingCarbonPauses pauses, StartDecision decision, DecisionForecast? forecast, StartRequest request)
    {
        var next = pauses with { ResumeTime = decision.Start.WholeSeconds(), LatestResumeTime = request.LatestStart, RemainingSeconds = (long)request.Duration.TotalSeconds };
        if (forecast is null || decision is not { Immediate.MilligramsPerKilowattHour: var immediate, Chosen.MilligramsPerKilowattHour: var chosen })
            return next;
        var energy = (draft.Status.Estimate?.EnergyMilliwattHoursP50 ?? 0) * (request.Duration / Expected(draft));
        return next with
        {
            Signal = forecast.Profile.Signal.ToString(),
            ImmediateIntensityMilligramsPerKwh = immediate,
            PausedIntensityMilligramsPerKwh = chosen,
            ExpectedSavingMilligrams = (long)((Int128)(immediate - chosen) * (long)energy / 1_000_000),
            ExpectedSavingPercent = Percent(immediate - chosen, immediate),
            Basis = BasisOf(forecast),
        };
    }

    /// <summary>Time of work over the whole life; the active deadline where nothing is expected.</summary>
    private static TimeSpan Expected(TrainingRunDraft draft) =>
        TimeSpan.FromSeconds(Math.Min(draft.Run.Spec.Carbon?.ExpectedSeconds ?? draft.Deadlines.ActiveSeconds, draft.Deadlines.ActiveSeconds));

    private static string PauseMessage(TrainingCarbonPauses pauses) => string.Create(
        CultureInfo.InvariantCulture,
        $"Paused for the grid until {Time(pauses.ResumeTime!.Value)}: {new CarbonIntensity(pauses.PausedIntensityMilligramsPerKwh ?? 0)} ({pauses.Signal}) are expected of the rest with its pauses, {new CarbonIntensity(pauses.ImmediateIntensityMilligramsPerKwh ?? 0)} without; goes on at {Time(pauses.LatestResumeTime!.Value)} at the latest.");
}

using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Pause and suspend. Suspend is what the spec says, pause what a command, a budget or the grid asked for and the status remembers; either ends the attempt under
/// way and keeps the next from beginning. What budgets hold for the run stays held unless a budget paused it: it resumes without asking again, nothing is
/// settled before its end.
/// </summary>
public static partial class TrainingRunPlanner
{
    /// <summary>What holds the run; null when nothing does. The spec is said first: it is what people see in git.</summary>
    private static (TrainingRunPhase Phase, string Reason, string Message)? HoldOf(TrainingRunDraft draft)
    {
        if (draft.Run.Spec.Suspend == true)
            return (TrainingRunPhase.Suspended, TrainingRunReasons.Suspended, "spec.suspend is true; the run goes on when it is false or gone.");
        return draft.Status.Pause is { } pause
            ? (TrainingRunPhase.Paused, pause.Reason, pause.Message ?? "Paused by the command annotation; \"resume <id>\" goes on with a new attempt.")
            : null;
    }

    /// <summary>Why the attempt under way must end; null when nothing holds the run, or when its trainer is done and only its result is on the way.</summary>
    private static AttemptEnd? HoldEnd(TrainingRunDraft draft, TrainingPodGroup group) =>
        group.AllTrainersEnded || HoldOf(draft) is not { } hold ? null : new AttemptEnd(AttemptEndKind.Paused, hold.Reason, hold.Message);

    /// <summary>No attempt begins while something holds the run.</summary>
    private static bool Held(TrainingRunDraft draft)
    {
        LeaveBudgetPause(draft);
        LeaveGridPause(draft);
        var hold = HoldOf(draft);
        Tell(TrainingRunConditions.Suspended, TrainingRunReasons.Suspended, draft.Run.Spec.Suspend == true);
        Tell(TrainingRunConditions.Paused, draft.Status.Pause?.Reason ?? TrainingRunReasons.PausedByUser, draft.Status.Pause is not null);
        if (hold is not { } held)
            return false;
        draft.Progressing(held.Phase, held.Reason, held.Message, stalled: NeverResumes(draft));
        return true;

        void Tell(string condition, string reason, bool holds)
        {
            if (holds)
                draft.Condition(condition, true, reason, hold!.Value.Reason == reason ? hold.Value.Message : draft.Status.Pause?.Message ?? "Besides, the run is paused by command.");
            else if (Conditions.IsTrue(draft.Status.Conditions, condition))
                draft.Condition(condition, false, TrainingRunReasons.Resumed, "The run goes on.");
        }
    }
}

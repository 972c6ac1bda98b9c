using ModelOperator.Api;
using ModelOperator.Commands;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>What people ask for: the command annotation, and deletion.</summary>
public static partial class TrainingRunPlanner
{
    private const string StopAction = "stop";
    private const string PauseAction = "pause";
    private const string ResumeAction = "resume";
    private const string Accepted = "Accepted";

    private static bool StopRequested(TrainingRunDraft draft) =>
        draft.Status.LastCommand is { Action: StopAction, Result: Accepted };

    /// <summary>
    /// Answers a new command, once: what it came to is in status.lastCommand, and the same identifier is never obeyed again. A stop that is under
    /// way is never forgotten for a later command: that one is answered when the run is over.
    /// </summary>
    private static void AcknowledgeCommand(TrainingRunDraft draft)
    {
        if (UserCommand.Of(draft.Run.Metadata) is not { } command || draft.Status.LastCommand?.Id == command.Id || (StopRequested(draft) && !draft.IsTerminal))
            return;
        var result = Refusal(draft, command) is { } refusal ? $"Rejected: {refusal}" : Accepted;
        var time = draft.Now;
        draft.Status = draft.Status with { LastCommand = new LastCommand { Id = command.Id, Action = command.Action, Result = result, Time = time } };
        if (result != Accepted)
        {
            draft.Tell(EventNote.Warning("CommandRejected", $"{command.Action} {command.Id}: {result}"));
            return;
        }

        if (command.Action == PauseAction)
            draft.Status = draft.Status with { Pause = new TrainingPause { Reason = TrainingRunReasons.PausedByUser, Id = command.Id, Since = time } };
        else if (command.Action == ResumeAction)
            draft.Status = draft.Status with { Pause = null };
        draft.Tell(EventNote.Normal("CommandAccepted", $"{command.Action} {command.Id}"));
    }

    /// <summary>Why a command is not obeyed; null when it is.</summary>
    private static string? Refusal(TrainingRunDraft draft, UserCommand command) => command.Action switch
    {
        "" => "a command is \"<action> <id>\", for example \"stop 2026-01-31\"",
        not (StopAction or PauseAction or ResumeAction) => $"unknown action '{command.Action}'; allowed: {PauseAction}, {ResumeAction}, {StopAction}",
        _ when draft.IsTerminal => "the run has ended",
        StopAction or PauseAction when draft.Status.Artifact is not null => "the result is published already",
        PauseAction when draft.Status.Pause is { Reason: TrainingRunReasons.PausedByBudget } => "the run is paused by a CarbonBudget already; spec.suspend keeps it from going on by itself",
        PauseAction when draft.Status.Pause is { Reason: not TrainingRunReasons.PausedForGrid } => "the run is paused already",
        PauseAction when draft.Status.Phase == TrainingRunPhase.Publishing => "the trainer is done; only its result is on the way",
        ResumeAction when draft.Status.Pause is { Reason: TrainingRunReasons.PausedByBudget } => "the run is paused by a CarbonBudget and goes on by itself when what remains fits; raise its limit",
        ResumeAction when draft.Status.Pause is null && draft.Run.Spec.Suspend == true => "the run is not paused by command but by spec.suspend; set that to false",
        ResumeAction when draft.Status.Pause is null => "the run is not paused",
        _ => null,
    };

    /// <summary>A stop before or between attempts; an attempt under way ends by its own rule.</summary>
    private static bool Stopped(TrainingRunDraft draft)
    {
        if (!StopRequested(draft) || draft.Status.Artifact is not null)
            return false;
        draft.Status = draft.Status with { Pause = null };
        foreach (var condition in (string[])[TrainingRunConditions.Suspended, TrainingRunConditions.Paused])
        {
            if (Conditions.IsTrue(draft.Status.Conditions, condition))
                draft.Condition(condition, false, TrainingRunReasons.StoppedByUser, "The run is stopped.");
        }

        draft.End(false, TrainingRunReasons.StoppedByUser, "Stopped by the command annotation.");
        return true;
    }

    /// <summary>A deleted run ends when its Pods have stopped; then the ledger settles it and the finalizer goes.</summary>
    private static bool Deleted(TrainingRunDraft draft)
    {
        if (!draft.Run.IsDeleting)
            return false;
        if (draft.IsTerminal)
            return true;
        var end = new AttemptEnd(AttemptEndKind.Permanent, TrainingRunReasons.RunDeleted, "The run was deleted.");
        if (draft.Status.CurrentAttempt is not { } attempt)
        {
            draft.End(false, end.Reason, end.Message);
            return true;
        }

        var group = TrainingPodGroup.Of(draft.OwnPods, draft.Run, attempt, draft.Now);
        if (attempt.Reason is not null)
            return Finish(draft, attempt, group);
        return Conclude(draft, group.IsUnborn ? attempt : Record(draft, group.Bind(attempt), group), group, end);
    }
}

using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>What people ask for: the command annotation, and deletion.</summary>
public static partial class TrainingRunPlanner
{
    private const string StopAction = "stop";
    private const string Accepted = "Accepted";

    private static bool StopRequested(TrainingRunDraft draft) =>
        draft.Status.LastCommand is { Action: StopAction, Result: Accepted };

    private static void AcknowledgeCommand(TrainingRunDraft draft)
    {
        if (draft.Run.Metadata.Annotations?.TryGetValue(ModelOperatorApi.CommandAnnotation, out var text) is not true || text.Length == 0)
            return;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (action, id) = parts is [var first, var second] ? (first, second) : (parts.FirstOrDefault() ?? "", text.Length <= 128 ? text : text[..128]);
        if (draft.Status.LastCommand?.Id == id)
            return;
        var result = parts.Length != 2 ? "Rejected: a command is \"<action> <id>\", for example \"stop 2026-01-31\""
            : action != StopAction ? $"Rejected: unknown action '{action}'; allowed: {StopAction}"
            : draft.IsTerminal ? "Rejected: the run has ended"
            : draft.Status.Artifact is not null ? "Rejected: the result is published already"
            : Accepted;
        draft.Status = draft.Status with { LastCommand = new LastCommand { Id = id, Action = action, Result = result, Time = draft.Now } };
        draft.Tell(result == Accepted
            ? EventNote.Normal("CommandAccepted", $"{action} {id}")
            : EventNote.Warning("CommandRejected", $"{text}: {result}"));
    }

    /// <summary>A stop before or between attempts; an attempt under way ends by its own rule.</summary>
    private static bool Stopped(TrainingRunDraft draft)
    {
        if (!StopRequested(draft) || draft.Status.Artifact is not null)
            return false;
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

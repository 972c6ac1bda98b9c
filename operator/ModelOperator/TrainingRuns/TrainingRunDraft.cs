using System.Text.Json;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>A decision in the making: the next status and what else is wanted. Lives within one call of the planner.</summary>
internal sealed class TrainingRunDraft
{
    private readonly List<Intent> intents = [];
    private readonly List<EventNote> events = [];
    private TimeSpan? requeue;
    private bool unwritten;
    private (TrainingEstimate? Estimate, string? Problem)? estimated;

    internal TrainingRunDraft(V1TrainingRun run, TrainingRunObserved observed, DateTimeOffset now)
    {
        Run = run;
        Observed = observed;
        Now = now.WholeSeconds();
        Status = run.Status ?? new TrainingRunStatus { Phase = TrainingRunPhase.Pending, StartTime = Now };
    }

    internal V1TrainingRun Run { get; }

    internal TrainingRunObserved Observed { get; }

    internal DateTimeOffset Now { get; }

    internal TrainingRunStatus Status { get; set; }

    /// <summary>Settings of the installation as they were when the run began.</summary>
    internal OperatorOptions Options => TrainingResolution.Pin(Observed.Options, Status.Resolved);

    internal TrainingFailurePolicy Policy => Run.Spec.FailurePolicy ?? new();

    internal TrainingDeadlines Deadlines => Run.Spec.Deadlines ?? new();

    internal TrainingAttemptCounts Counts => Status.Attempts ?? new();

    internal bool IsTerminal => Status.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed;

    /// <summary>What a start now is estimated to need; null with a problem that names what to set. Worked out once.</summary>
    internal TrainingEstimate? Estimate(out string? problem)
    {
        estimated ??= (TrainingRunEstimates.Estimate(Run.Spec, Observed.Options, Observed.Grid, Now, out var found, Observed.Calibration), found);
        problem = estimated.Value.Problem;
        return estimated.Value.Estimate;
    }

    /// <summary>Pods that the run controls.</summary>
    internal IEnumerable<V1Pod> OwnPods => Observed.Pods.Where(p => p.IsControlledBy(Run.Metadata.Uid));

    /// <summary>The status need not be written yet; look again after this time, when it does.</summary>
    internal void KeepUnwritten(TimeSpan delay)
    {
        unwritten = true;
        LookAgain(delay);
    }

    internal void Want(Intent intent) => intents.Add(intent);

    internal void Tell(EventNote note) => events.Add(note);

    /// <summary>Look again after this time at the latest; the soonest wins.</summary>
    internal void LookAgain(TimeSpan delay)
    {
        var wait = delay < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : delay;
        if (requeue is null || wait < requeue)
            requeue = wait;
    }

    internal void LookAgainAt(DateTimeOffset due) => LookAgain(due - Now);

    internal void Condition(string type, bool? status, string reason, string message) => Status = Status with
    {
        // In order of type: which of them was said first depends on how soon others answered.
        Conditions =
        [
            .. Conditions.Set(
                Status.Conditions, type, status switch { true => "True", false => "False", null => "Unknown" }, reason, message, Run.Metadata.Generation, Now)
                .OrderBy(static c => c.Type, StringComparer.Ordinal),
        ],
    };

    /// <summary>On its way.</summary>
    internal void Progressing(TrainingRunPhase phase, string reason, string message, bool stalled = false)
    {
        Status = Status with { Phase = phase, Reason = reason, Message = message };
        Condition(TrainingRunConditions.Ready, false, reason, message);
        Condition(TrainingRunConditions.Reconciling, !stalled, reason, message);
        Condition(TrainingRunConditions.Stalled, stalled, reason, message);
    }

    /// <summary>Over, well or badly.</summary>
    internal void End(bool success, string reason, string message)
    {
        Status = Status with
        {
            Phase = success ? TrainingRunPhase.Succeeded : TrainingRunPhase.Failed,
            Reason = reason,
            Message = message,
            CompletionTime = Status.CompletionTime ?? Now,
            CurrentAttempt = null,
        };
        Condition(TrainingRunConditions.Ready, success, reason, message);
        Condition(TrainingRunConditions.Reconciling, false, reason, message);
        Condition(TrainingRunConditions.Stalled, !success, reason, message);
        Condition(success ? TrainingRunConditions.Complete : TrainingRunConditions.Failed, true, reason, message);
    }

    /// <summary>The plan: status first, so that an attempt is on record before its Pod, and an end before the deletion.</summary>
    internal Plan<TrainingRunStatus> Build()
    {
        Status = Status with { ObservedGeneration = Run.Metadata.Generation };
        if (unwritten)
            return new Plan<TrainingRunStatus>([.. intents], null, [], requeue) { Unwritten = Status };
        var changed = !Same(Run.Status, Status);
        // Once: the end of an attempt has been told with its number.
        if ((Run.Status?.Reason != Status.Reason || Run.Status?.Phase != Status.Phase) && !events.Exists(e => e.Reason == Status.Reason))
        {
            var warning = Status.Phase == TrainingRunPhase.Failed || Conditions.IsTrue(Status.Conditions, TrainingRunConditions.Stalled);
            events.Add(new EventNote(
                warning ? EventNote.WarningType : EventNote.NormalType, Status.Reason ?? Status.Phase.ToString(), Status.Message ?? ""));
        }

        return new Plan<TrainingRunStatus>([.. intents], changed ? Status : null, [.. events], requeue) { StatusFirst = true };
    }

    private static bool Same(TrainingRunStatus? left, TrainingRunStatus right) =>
        left is not null && JsonSerializer.SerializeToUtf8Bytes(left, TrainingRunsJson.Default.TrainingRunStatus).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right, TrainingRunsJson.Default.TrainingRunStatus));
}

using System.Globalization;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>The attempt under way: created once, bound to its Pod's UID, watched until it ends.</summary>
public static partial class TrainingRunPlanner
{
    private static bool AttemptUnderWay(TrainingRunDraft draft)
    {
        if (draft.Status.CurrentAttempt is not { } attempt)
            return false;
        var named = draft.OwnPods.FirstOrDefault(p => p.Metadata.Name == attempt.PodName);
        if (attempt.Reason is not null)
            return Finish(draft, attempt, named);
        if (attempt.PodUid is null && named is null)
            return Create(draft, attempt);
        if (attempt.PodUid is null)
        {
            attempt = attempt with { PodUid = named!.Metadata.Uid };
            draft.Status = draft.Status with { CurrentAttempt = attempt };
        }

        if (named is null || named.Metadata.Uid != attempt.PodUid)
        {
            return Conclude(draft, attempt, null, new AttemptEnd(
                AttemptEndKind.Disruption, TrainingRunReasons.PodVanished, $"Pod {attempt.PodName} is gone without a trace of its end."));
        }

        return Watch(draft, attempt, named);
    }

    private static bool Create(TrainingRunDraft draft, TrainingAttempt attempt)
    {
        if (StopRequested(draft))
            return Conclude(draft, attempt, null, Stop());
        draft.Want(Intent.Ensure(KubernetesDescriptors.Secrets, TrainingRunChildren.Secret(draft.Run, draft.Observed.Tokens), EnsureMode.Replace));
        draft.Want(Intent.Ensure(
            KubernetesDescriptors.Pods, TrainingRunPods.Build(draft.Run, attempt.Number, draft.Observed.Options), EnsureMode.CreateOnly));
        return true;
    }

    private static bool Watch(TrainingRunDraft draft, TrainingAttempt attempt, V1Pod pod)
    {
        var reading = TrainingPodReading.Of(pod, draft.Now);
        attempt = Record(draft, attempt, pod, reading);
        if (TrainingPodJudge.Judge(reading, draft.Policy) is { } end)
            return Conclude(draft, attempt, pod, end);
        if (StopRequested(draft))
            return Conclude(draft, attempt, pod, Stop());
        if (DeadlineEnd(draft, attempt, reading) is { } late)
            return Conclude(draft, attempt, pod, late);
        if (IsNoNews(draft, attempt, pod, reading))
            return true;
        ReportProgress(draft);
        Describe(draft, pod, reading);
        return true;
    }

    /// <summary>
    /// A Pod that was just made has nothing to tell; its UID is put on record with its first news, or after <see cref="FirstNews"/>, in one write.
    /// A Pod that vanishes before cannot be told from one that was never made: the same attempt makes it again.
    /// </summary>
    private static bool IsNoNews(TrainingRunDraft draft, TrainingAttempt attempt, V1Pod pod, TrainingPodReading reading)
    {
        var pending = reading is { TrainerStarted: null, TrainerEnded: null, Fetching: false, Disruption: null };
        var young = draft.Now - attempt.DecidedAt is { } age && age >= TimeSpan.Zero && age < FirstNews;
        if (draft.Run.Status?.CurrentAttempt is not { PodUid: null } || pod.IsDeleting || !pending || !young)
            return false;
        draft.Status = draft.Run.Status!;
        draft.LookAgain(FirstNews);
        return true;
    }

    private static TrainingAttempt Record(TrainingRunDraft draft, TrainingAttempt attempt, V1Pod pod, TrainingPodReading reading)
    {
        var next = attempt with { Node = pod.Spec?.NodeName is { Length: > 0 } node ? node : attempt.Node, StartedAt = reading.TrainerStarted ?? attempt.StartedAt };
        draft.Status = draft.Status with { CurrentAttempt = next, RunningTime = draft.Status.RunningTime ?? reading.TrainerStarted };
        return next;
    }

    private static AttemptEnd Stop() =>
        new(AttemptEndKind.Permanent, TrainingRunReasons.StoppedByUser, "Stopped by the command annotation.");

    private static AttemptEnd? DeadlineEnd(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodReading reading)
    {
        if (reading.TrainerStarted is not { } started)
        {
            var due = (attempt.DecidedAt ?? draft.Now) + TimeSpan.FromSeconds(draft.Deadlines.StartSeconds);
            draft.LookAgainAt(due);
            return draft.Now < due ? null : new AttemptEnd(
                AttemptEndKind.Permanent,
                TrainingRunReasons.StartDeadlineExceeded,
                $"The trainer did not start within deadlines.startSeconds, {Seconds(draft.Deadlines.StartSeconds)}. {reading.Waiting?.Message ?? draft.Status.Message}");
        }

        if (reading.TrainerEnded is { } ended)
        {
            var due = (ended.FinishedAt ?? draft.Now) + PublishDeadline;
            draft.LookAgainAt(due);
            return draft.Now < due ? null : new AttemptEnd(
                AttemptEndKind.Permanent, TrainingRunReasons.PublishDeadlineExceeded, "The publisher did not end within an hour; kubectl logs -c publish says more.", ended.ExitCode);
        }

        var left = TimeSpan.FromSeconds(draft.Deadlines.ActiveSeconds - draft.Counts.ActiveSeconds);
        draft.LookAgainAt(started + left);
        return draft.Now < started + left ? null : new AttemptEnd(
            AttemptEndKind.Permanent,
            TrainingRunReasons.DeadlineExceeded,
            $"The trainer ran longer than deadlines.activeSeconds, {Seconds(draft.Deadlines.ActiveSeconds)}, over all attempts.");
    }

    private static void Describe(TrainingRunDraft draft, V1Pod pod, TrainingPodReading reading)
    {
        var name = pod.Metadata.Name;
        var (phase, reason, message) = reading switch
        {
            { Disruption: { } disruption } => (draft.Status.Phase, disruption.Reason, disruption.Message),
            { TrainerEnded: not null } => (TrainingRunPhase.Publishing, TrainingRunReasons.PublishingArtifact, "The trainer is done; its model is being stored."),
            { TrainerStarted: not null } => (TrainingRunPhase.Running, TrainingRunReasons.TrainerRunning, $"The trainer runs in Pod {name}."),
            { Fetching: true } => (TrainingRunPhase.Starting, TrainingRunReasons.FetchingDatasets, $"Pod {name} loads and verifies the datasets."),
            { Waiting: { } waiting } => (TrainingRunPhase.Starting, waiting.Reason, waiting.Message),
            _ => (TrainingRunPhase.Starting, TrainingRunReasons.PodPending, $"Pod {name} is about to start."),
        };
        if (pod.Metadata.DeletionTimestamp is { } deleted)
            draft.LookAgainAt(deleted + NodeSilence);
        draft.Condition(TrainingRunConditions.PodsReady, reason is TrainingRunReasons.TrainerRunning or TrainingRunReasons.PublishingArtifact, reason, message);
        draft.Progressing(phase, reason, message);
    }

    private static void ReportProgress(TrainingRunDraft draft)
    {
        // Nobody wakes a run for a report: while reports are possible it looks by itself.
        if (draft.Observed.Options.StatusUrl is not null)
            draft.LookAgain(ProgressInterval);
        if (draft.Observed.Progress is not { } progress)
            return;
        var last = draft.Status.Progress?.LastUpdatedTime;
        if (progress.LastUpdatedTime <= last)
            return;
        if (last is { } written && draft.Now < written + ProgressInterval)
            draft.LookAgainAt(written + ProgressInterval);
        else
            draft.Status = draft.Status with { Progress = progress };
    }

    /// <summary>
    /// Ends the attempt. While its Pod still runs the end is only put on record, so that the deletion that follows is never taken for
    /// somebody else's; when nothing runs any more the attempt goes into the history.
    /// </summary>
    private static bool Conclude(TrainingRunDraft draft, TrainingAttempt attempt, V1Pod? pod, AttemptEnd end)
    {
        var reading = pod is null ? null : TrainingPodReading.Of(pod, draft.Now);
        var ended = attempt with
        {
            EndedAt = reading?.TrainerEnded?.FinishedAt ?? draft.Now,
            ExitCode = end.ExitCode,
            Reason = end.Reason,
            Message = end.Message,
        };
        if (reading is { Quiet: false, NodeLost: false })
        {
            draft.Status = draft.Status with { CurrentAttempt = ended };
            draft.Progressing(draft.Status.Phase, end.Reason, end.Message);
            draft.LookAgain(TimeSpan.FromSeconds(1));
            return true;
        }

        Close(draft, ended, end, reading);
        return true;
    }

    /// <summary>An end that is on record: its Pod goes; when it is gone or has stopped, the attempt goes into the history.</summary>
    private static bool Finish(TrainingRunDraft draft, TrainingAttempt attempt, V1Pod? pod)
    {
        var reading = pod is null ? null : TrainingPodReading.Of(pod, draft.Now);
        if (pod is not null && reading is { Quiet: false, NodeLost: false })
        {
            Retire(draft, pod);
            return true;
        }

        // Ends are put on record only for reasons of ours, and all of those are permanent.
        Close(draft, attempt, new AttemptEnd(AttemptEndKind.Permanent, attempt.Reason!, attempt.Message ?? "", attempt.ExitCode), reading);
        return true;
    }

    private static string Seconds(long seconds) => $"{seconds.ToString(CultureInfo.InvariantCulture)} s";
}

using System.Globalization;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>The attempt under way: created once, bound to its Pods' UIDs, watched until it ends.</summary>
public static partial class TrainingRunPlanner
{
    private static bool AttemptUnderWay(TrainingRunDraft draft)
    {
        if (draft.Status.CurrentAttempt is not { } attempt)
            return false;
        var group = TrainingPodGroup.Of(draft.OwnPods, draft.Run, attempt, draft.Now);
        if (attempt.Reason is not null)
            return Finish(draft, attempt, group);
        if (group.IsUnborn)
            return Begin(draft, attempt, group);
        attempt = group.Bind(attempt);
        draft.Status = draft.Status with { CurrentAttempt = attempt };
        return Watch(draft, attempt, group);
    }

    /// <summary>The first Pods of an attempt.</summary>
    private static bool Begin(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        if (StopRequested(draft))
            return Conclude(draft, attempt, group, Stop());
        if (HoldEnd(draft, group) is { } hold)
            return Conclude(draft, attempt, group, hold);
        Create(draft, attempt, group);
        return true;
    }

    /// <summary>
    /// Creates the Pods that were never seen, so many in one pass, so that a large run keeps no worker from the others. No Pod is made while one
    /// of an earlier attempt still runs: two generations never meet.
    /// </summary>
    private static void Create(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        // Those of a lost node are taken out of the API by this very pass: the next one makes the new ones, however this one ends.
        if (draft.OwnPods.Any(p => !IsOf(attempt, p) && TrainingPodReading.Of(p, draft.Now) is { Quiet: false }))
        {
            const string Message = "Pods of an ended attempt have not stopped yet.";
            draft.Condition(TrainingRunConditions.PodsReady, false, TrainingRunReasons.WaitingForOldPods, Message);
            draft.Progressing(TrainingRunPhase.Starting, TrainingRunReasons.WaitingForOldPods, Message);
            return;
        }

        // The children follow from what this very pass puts on record, as they will from the record itself after a crash.
        var run = draft.Run with { Status = draft.Status };
        draft.Want(Intent.Ensure(KubernetesDescriptors.ServiceAccounts, TrainingRunNetwork.ServiceAccount(run.Metadata.NamespaceProperty), owned: false));
        if (TrainingRunNetwork.Policy(run, draft.Observed.Options) is { } policy)
            draft.Want(Intent.Ensure(KubernetesDescriptors.NetworkPolicies, policy, owned: TrainingRunNetwork.IsOwned(run)));
        draft.Want(Intent.Ensure(KubernetesDescriptors.Secrets, TrainingRunChildren.Secret(run, draft.Observed.Tokens), EnsureMode.Replace));
        if (!group.IsSingle)
            draft.Want(Intent.Ensure(KubernetesDescriptors.Services, TrainingRanks.Service(run)));
        var unborn = group.Ranks.Where(static r => r.IsUnborn).ToList();
        foreach (var rank in unborn.Take(PodsPerPass))
        {
            draft.Want(Intent.Ensure(
                KubernetesDescriptors.Pods, TrainingRunPods.Build(run, attempt.Number, draft.Options, rank.Number, draft.Observed.Sidecars, draft.Observed.Model?.Spec.Gates), EnsureMode.CreateOnly));
        }

        if (unborn.Count > PodsPerPass)
            draft.LookAgain(TimeSpan.FromSeconds(1));
    }

    private static bool Watch(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        attempt = Record(draft, attempt, group);
        if (TrainingGroupJudge.Judge(group, draft.Policy, draft.Observed.LostNodes, draft.Now) is { } end)
            return WithLoggedMetrics(draft, end, group.First) is not { } final || Conclude(draft, attempt, group, final);
        if (StopRequested(draft))
            return Conclude(draft, attempt, group, Stop());
        if (HoldEnd(draft, group) is { } hold)
            return Conclude(draft, attempt, group, hold);
        if (BudgetEnd(draft, attempt, group) is { } spent)
            return Conclude(draft, attempt, group, spent);
        if (GridEnd(draft, group) is { } dirty)
            return Conclude(draft, attempt, group, dirty);
        if (GangEnd(draft, attempt, group) is { } alone)
            return Conclude(draft, attempt, group, alone);
        if (DeadlineEnd(draft, attempt, group) is { } late)
            return Conclude(draft, attempt, group, late);
        if (TrainingGroupJudge.IsUnsettled(group))
            draft.LookAgain(TimeSpan.FromSeconds(2));
        else if (group.Ranks.Any(static r => r.IsUnborn))
            Create(draft, attempt, group);
        if (IsNoNews(draft, attempt, group))
            return true;
        ReportProgress(draft);
        Describe(draft, group);
        return true;
    }

    /// <summary>
    /// A Pod that was just made has nothing to tell; its UID is put on record with its first news, or after <see cref="FirstNews"/>, in one write.
    /// A Pod that vanishes before cannot be told from one that was never made: the same attempt makes it again. Ranks are bound at once,
    /// lest a rank that vanished meet the peers of its predecessor.
    /// </summary>
    private static bool IsNoNews(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        var young = draft.Now - attempt.DecidedAt is { } age && age >= TimeSpan.Zero && age < FirstNews;
        if (!young || !group.IsSingle || draft.Run.Status is not { CurrentAttempt.PodUid: null } known)
            return false;
        if (draft.Status.Reason != known.Reason || draft.Status.LastCommand != known.LastCommand || draft.Run.Spec.Scheduling?.QueueName is not null)
            return false;
        if (group.First is not { Reading.HasNews: false } || group.First.Pod!.IsDeleting)
            return false;
        draft.Status = known;
        draft.LookAgain(FirstNews);
        return true;
    }

    private static TrainingAttempt Record(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        var queued = draft.Run.Spec.Scheduling?.QueueName is not null;
        var next = attempt with
        {
            Node = group.First.Pod?.Spec?.NodeName is { Length: > 0 } node ? node : attempt.Node,
            StartedAt = group.AllStarted ?? attempt.StartedAt,
            AdmittedAt = attempt.AdmittedAt ?? (queued && !group.IsGated ? draft.Now : null),
        };
        draft.Status = TrainingResolution.Learn(
            draft.Run, draft.Status with { CurrentAttempt = next, RunningTime = draft.Status.RunningTime ?? group.AllStarted }, group.First.Reading);
        return next;
    }

    private static AttemptEnd Stop() =>
        new(AttemptEndKind.Permanent, TrainingRunReasons.StoppedByUser, "Stopped by the command annotation.");

    /// <summary>All or nothing: Pods that found a node must not hold it for ever while others find none. A queue decides that by itself.</summary>
    private static AttemptEnd? GangEnd(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        var scheduling = draft.Run.Spec.Scheduling;
        if (scheduling?.QueueName is not null || (group.IsSingle && scheduling?.Gang is null) || group.AllScheduled)
            return null;
        var seconds = (scheduling?.Gang ?? new()).TimeoutSeconds;
        var due = (group.FirstCreated ?? attempt.DecidedAt ?? draft.Now) + TimeSpan.FromSeconds(seconds);
        draft.LookAgainAt(due);
        if (draft.Now < due)
            return null;
        var found = group.Ranks.Count(static r => r.Reading is { Scheduled: true });
        return new AttemptEnd(
            AttemptEndKind.Requeued,
            TrainingRunReasons.GangTimeout,
            string.Create(CultureInfo.InvariantCulture, $"{found} of {group.Ranks.Count} Pods found a node within scheduling.gang.timeoutSeconds, {seconds} s; all are removed and tried again later. {group.Waiting?.Message}").TrimEnd());
    }

    private static AttemptEnd? DeadlineEnd(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        if (group.AllStarted is not { } started)
        {
            if (group.IsGated)
                return null;
            var due = (attempt.AdmittedAt ?? attempt.DecidedAt ?? draft.Now) + TimeSpan.FromSeconds(draft.Deadlines.StartSeconds);
            draft.LookAgainAt(due);
            return draft.Now < due ? null : new AttemptEnd(
                AttemptEndKind.Permanent,
                TrainingRunReasons.StartDeadlineExceeded,
                $"The trainer did not start within deadlines.startSeconds, {Seconds(draft.Deadlines.StartSeconds)}. {group.Waiting?.Message ?? draft.Status.Message}");
        }

        if (group.AllTrainersEnded)
        {
            var due = (group.LastEnd ?? draft.Now) + PublishDeadline;
            draft.LookAgainAt(due);
            return draft.Now < due ? null : new AttemptEnd(
                AttemptEndKind.Permanent,
                TrainingRunReasons.PublishDeadlineExceeded,
                "The publisher did not end within an hour; kubectl logs -c publish says more.",
                group.First.Reading!.TrainerEnded!.ExitCode);
        }

        var left = TimeSpan.FromSeconds(draft.Deadlines.ActiveSeconds - draft.Counts.ActiveSeconds);
        draft.LookAgainAt(started + left);
        return draft.Now < started + left ? null : new AttemptEnd(
            AttemptEndKind.Permanent,
            TrainingRunReasons.DeadlineExceeded,
            $"The trainer ran longer than deadlines.activeSeconds, {Seconds(draft.Deadlines.ActiveSeconds)}, over all attempts.");
    }

    private static void ReportProgress(TrainingRunDraft draft)
    {
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
    /// Ends the attempt. While a Pod of it still runs the end is only put on record, so that the deletion that follows is never taken for
    /// somebody else's; when nothing runs any more the attempt goes into the history. A published model needs no such wait.
    /// </summary>
    private static bool Conclude(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group, AttemptEnd end)
    {
        var ended = attempt with
        {
            EndedAt = group.LastEnd ?? draft.Now,
            ExitCode = end.ExitCode,
            Reason = end.Reason,
            Message = end.Message,
        };
        if (group.StillRuns && end.Kind != AttemptEndKind.Published)
        {
            draft.Status = draft.Status with { CurrentAttempt = ended with { EndKind = end.Kind } };
            draft.Progressing(draft.Status.Phase, end.Reason, end.Message);
            draft.LookAgain(TimeSpan.FromSeconds(1));
            return true;
        }

        Close(draft, ended, end, group.First.Reading, group.MeanTrained(ended));
        return true;
    }

    /// <summary>An end that is on record: its Pods go; when they are gone or have stopped, the attempt goes into the history.</summary>
    private static bool Finish(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        if (group.StillRuns)
        {
            RetireAll(draft, group.Ranks.Where(static r => r.StillRuns).Select(static r => r.Pod!));
            return true;
        }

        return CloseOnRecord(draft, attempt, group);
    }

    private static string Seconds(long seconds) => $"{seconds.ToString(CultureInfo.InvariantCulture)} s";
}

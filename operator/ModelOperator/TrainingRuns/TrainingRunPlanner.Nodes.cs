using System.Globalization;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>What several nodes add: many Pods at once, one sentence for all of them.</summary>
public static partial class TrainingRunPlanner
{
    /// <summary>Pods created or removed in one pass.</summary>
    public const int PodsPerPass = 32;

    /// <summary>Whether a Pod is of an attempt.</summary>
    private static bool IsOf(TrainingAttempt? attempt, V1Pod pod) =>
        attempt is not null && (pod.Metadata.Name == attempt.PodName || AttemptOf(pod) == attempt.Number);

    private static int AttemptOf(V1Pod pod) =>
        pod.Metadata.Labels?.TryGetValue(Api.ModelOperatorApi.AttemptLabel, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Asks Pods to stop, so many in one pass; those that are stopping are only waited for.</summary>
    private static void RetireAll(TrainingRunDraft draft, IEnumerable<V1Pod> pods)
    {
        var asked = 0;
        foreach (var pod in pods)
        {
            if (!pod.IsDeleting && ++asked > PodsPerPass)
                draft.LookAgain(TimeSpan.FromSeconds(1));
            else
                Retire(draft, pod);
        }
    }

    /// <summary>
    /// Pods of ended attempts: what still runs goes, what has stopped stays for its logs. Of a run of several nodes only those of the last
    /// ended attempt stay: a thousand Pods per attempt would be kept otherwise.
    /// </summary>
    private static void TidyPods(TrainingRunDraft draft)
    {
        var old = draft.OwnPods.Where(p => !IsOf(draft.Status.CurrentAttempt, p)).ToList();
        RetireAll(draft, old);
        if (draft.Run.Spec.Nodes <= 1)
            return;
        var kept = draft.Counts.Execution - (draft.Status.CurrentAttempt is null ? 0 : 1);
        foreach (var pod in old.Where(p => !p.IsDeleting && AttemptOf(p) < kept && TrainingPodReading.Of(p, draft.Now).Quiet).Take(PodsPerPass))
        {
            draft.Want(Intent.Remove(KubernetesDescriptors.Pods, pod));
            draft.LookAgain(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>
    /// Two gangs that blocked each other would meet again at every step of the same back-off: each waits up to half as long again, by a number
    /// of its own.
    /// </summary>
    private static double Spread(TrainingRunDraft draft, TrainingAttempt last)
    {
        if (last.Reason != TrainingRunReasons.GangTimeout)
            return 1;
        var text = string.Create(CultureInfo.InvariantCulture, $"{draft.Run.Metadata.Uid}/{last.Number}");
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text));
        return 1 + (hash[0] / 512.0);
    }

    private static void Describe(TrainingRunDraft draft, TrainingPodGroup group)
    {
        var (phase, reason, message) = group.IsSingle ? DescribeSingle(draft, group.First) : DescribeGroup(group);
        draft.Condition(TrainingRunConditions.PodsReady, reason is TrainingRunReasons.TrainerRunning or TrainingRunReasons.PublishingArtifact, reason, message);
        draft.Progressing(phase, reason, message);
    }

    private static (TrainingRunPhase Phase, string Reason, string Message) DescribeSingle(TrainingRunDraft draft, TrainingRank rank)
    {
        if (rank.Pod?.Metadata.DeletionTimestamp is { } deleted)
            draft.LookAgainAt(deleted + NodeSilence);
        return rank.Reading switch
        {
            { Disruption: { } disruption } => (draft.Status.Phase, disruption.Reason, disruption.Message),
            { TrainerEnded: not null } => (TrainingRunPhase.Publishing, TrainingRunReasons.PublishingArtifact, "The trainer is done; its model is being stored."),
            { TrainerStarted: not null } => (TrainingRunPhase.Running, TrainingRunReasons.TrainerRunning, $"The trainer runs in Pod {rank.PodName}."),
            { Fetching: true } => (TrainingRunPhase.Starting, TrainingRunReasons.FetchingDatasets, $"Pod {rank.PodName} loads and verifies the datasets."),
            { Waiting: { } waiting } => (PhaseOf(waiting.Reason), waiting.Reason, waiting.Message),
            _ => (TrainingRunPhase.Starting, TrainingRunReasons.PodPending, $"Pod {rank.PodName} is about to start."),
        };
    }

    /// <summary>Says only what holds for the whole: a sentence that counted Pods would be written again for each of a thousand.</summary>
    private static (TrainingRunPhase Phase, string Reason, string Message) DescribeGroup(TrainingPodGroup group)
    {
        var pods = string.Create(CultureInfo.InvariantCulture, $"{group.Ranks.Count} Pods, {group.First.PodName} and its peers,");
        if (group.First.Reading?.TrainerEnded is not null)
        {
            return (TrainingRunPhase.Publishing, TrainingRunReasons.PublishingArtifact,
                group.AllTrainersEnded ? "The trainers are done; the model of rank 0 is being stored." : "Rank 0 is done; other ranks still train.");
        }

        if (group.AllStarted is not null)
            return (TrainingRunPhase.Running, TrainingRunReasons.TrainerRunning, $"The trainers run in {pods} one per node.");
        if (group.Waiting is { } waiting)
            return (PhaseOf(waiting.Reason), waiting.Reason, waiting.Message);
        return group.Ranks.Any(static r => r.Reading is { Fetching: true })
            ? (TrainingRunPhase.Starting, TrainingRunReasons.FetchingDatasets, $"{pods} load and verify the datasets.")
            : (TrainingRunPhase.Starting, TrainingRunReasons.PodPending, $"{pods} are about to start.");
    }

    private static TrainingRunPhase PhaseOf(string waiting) =>
        waiting == TrainingRunReasons.WaitingForQueue ? TrainingRunPhase.Queued : TrainingRunPhase.Starting;
}

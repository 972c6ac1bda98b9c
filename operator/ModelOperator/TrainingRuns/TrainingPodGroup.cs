using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>All ranks of the attempt under way. Pure.</summary>
/// <param name="Ranks">By rank; at least one.</param>
public sealed record TrainingPodGroup(IReadOnlyList<TrainingRank> Ranks)
{
    public TrainingRank First => Ranks[0];

    public bool IsSingle => Ranks.Count == 1;

    /// <summary>True when no Pod was ever seen.</summary>
    public bool IsUnborn => Ranks.All(static r => r.IsUnborn);

    public bool StillRuns => Ranks.Any(static r => r.StillRuns);

    /// <summary>True while a queue holds Pods back.</summary>
    public bool IsGated => Ranks.Any(static r => r.Reading is { Gated: true });

    public bool AllScheduled => Ranks.All(static r => r.Reading is { Scheduled: true });

    public bool AllTrainersEnded => Ranks.All(static r => r.Reading?.TrainerEnded is not null);

    /// <summary>When the last of the trainers started; null until all have.</summary>
    public DateTimeOffset? AllStarted => Ranks.All(static r => r.Reading?.TrainerStarted is not null)
        ? Ranks.Max(static r => r.Reading!.TrainerStarted)
        : null;

    /// <summary>When the last of the trainers ended; null until all have, or where the kubelet does not say.</summary>
    public DateTimeOffset? LastEnd => AllTrainersEnded ? Ranks.Max(static r => r.Reading!.TrainerEnded!.FinishedAt) : null;

    /// <summary>When the first Pod was created, by the server's clock.</summary>
    public DateTimeOffset? FirstCreated => Ranks.Min(static r => r.Pod?.Metadata.CreationTimestamp);

    /// <summary>What the ranks wait for: what people must mend first, then the rest in rank order.</summary>
    public (string Reason, string Message)? Waiting => Ranks
        .Where(static r => r.Reading?.Waiting is not null)
        .Select(static r => r.Reading!.Waiting)
        .OrderBy(static w => w!.Value.Reason is TrainingRunReasons.ImagePullFailed or TrainingRunReasons.ContainerConfigError ? 0 : 1)
        .FirstOrDefault();

    /// <summary>The ranks of an attempt among the run's Pods.</summary>
    public static TrainingPodGroup Of(IEnumerable<V1Pod> own, V1TrainingRun run, TrainingAttempt attempt, DateTimeOffset now)
    {
        var pods = new Dictionary<string, V1Pod>(StringComparer.Ordinal);
        foreach (var pod in own)
            pods.TryAdd(pod.Metadata.Name, pod);
        var nodes = Math.Clamp(run.Spec.Nodes, 1, TrainingRanks.Most);
        return new([.. Enumerable.Range(0, nodes).Select(rank => Rank(rank))]);

        TrainingRank Rank(int rank)
        {
            var name = rank == 0 && attempt.PodName is { } first ? first : TrainingRanks.PodName(run.Metadata.Name, attempt.Number, rank);
            var bound = rank == 0 ? attempt.PodUid : attempt.PodUids?.ElementAtOrDefault(rank) is { } uid && TrainingRanks.IsSeen(uid) ? uid : null;
            var pod = pods.TryGetValue(name, out var found) && (bound is null || found.Metadata.Uid == bound) ? found : null;
            return new(rank, name, bound, pod, pod is null ? null : TrainingPodReading.Of(pod, now));
        }
    }

    /// <summary>The attempt, bound to every Pod seen so far.</summary>
    public TrainingAttempt Bind(TrainingAttempt attempt)
    {
        var bound = attempt with { PodUid = attempt.PodUid ?? First.Pod?.Metadata.Uid };
        return IsSingle ? bound : bound with { PodUids = [.. Ranks.Select(static r => r.BoundUid ?? r.Pod?.Metadata.Uid ?? TrainingRanks.Unseen)] };
    }

    /// <summary>
    /// Time that the trainers ran, as a mean over the nodes, for what they used together: a rank that waited for its peers held its node too.
    /// A rank without a trace is taken to have run as long as the attempt. Null for one node, whose attempt says it all.
    /// </summary>
    public TimeSpan? MeanTrained(TrainingAttempt attempt)
    {
        if (IsSingle || attempt.EndedAt is not { } ended)
            return null;
        var whole = attempt.StartedAt is { } began && ended > began ? ended - began : TimeSpan.Zero;
        var sum = Ranks.Aggregate(TimeSpan.Zero, (total, rank) => total + Trained(rank));
        return sum / Ranks.Count;

        TimeSpan Trained(TrainingRank rank)
        {
            if (rank.Pod is null)
                return rank.IsVanished ? whole : TimeSpan.Zero;
            if (rank.Reading?.TrainerStarted is not { } started)
                return TimeSpan.Zero;
            var end = rank.Reading.TrainerEnded?.FinishedAt ?? ended;
            return end > started ? end - started : TimeSpan.Zero;
        }
    }
}

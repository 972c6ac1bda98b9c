using System.Globalization;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// What the ends of ranks mean for their attempt. A rank that dies takes its peers with it, so the first sign of disruption ends the attempt as
/// one disruption, and the exit codes that follow from it are nobody's failure; among failures the first is the cause. Pure.
/// </summary>
public static class TrainingGroupJudge
{
    /// <summary>
    /// A failure waits this long for a sign that something outside caused it: the kubelet reports an eviction after it has killed, and a
    /// peer's connection breaks before that.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>How the attempt ended; null while it is under way.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="policy">Exit-code policy.</param>
    /// <param name="lostNodes">Nodes that do not answer.</param>
    /// <param name="now">The time.</param>
    public static AttemptEnd? Judge(TrainingPodGroup group, TrainingFailurePolicy policy, IReadOnlySet<string> lostNodes, DateTimeOffset now)
    {
        if (group.IsSingle)
            return JudgeSingle(group.First, policy);
        var ends = group.Ranks.Select(r => (Rank: r, End: EndOf(r, policy))).Where(static e => e.End is not null).Select(static e => (e.Rank, End: e.End!)).ToList();
        if (ends.Find(static e => e.End.Kind == AttemptEndKind.Disruption) is { End: { } disruption } disrupted)
            return Named(disrupted.Rank, disruption);
        if (ends.Exists(static e => e.Rank.Number == 0 && e.End.Kind == AttemptEndKind.Published) && group.Ranks.All(static r => r.IsDone))
            return ends.Find(static e => e.Rank.Number == 0).End;
        var failures = ends.FindAll(static e => e.End.Kind != AttemptEndKind.Published);
        if (failures.Count == 0)
            return null;
        var open = group.Ranks.Where(r => !r.IsDone && !r.IsUnborn && failures.TrueForAll(f => f.Rank.Number != r.Number)).ToList();
        if (open.Find(r => r.Pod?.Spec?.NodeName is { } node && lostNodes.Contains(node)) is { } lost)
            return Lost(lost);
        return open.Count == 0 || now >= failures.Min(f => f.Rank.FailedAt ?? now) + Settling ? Cause(failures, policy) : null;
    }

    /// <summary>True when a rank has failed and others have not ended: the nodes of those are worth a look.</summary>
    public static bool IsUnsettled(TrainingPodGroup group) =>
        !group.IsSingle && group.Ranks.Any(static r => r.FailedAt is not null) && group.Ranks.Any(static r => r.StillRuns && !r.IsDone);

    private static AttemptEnd? JudgeSingle(TrainingRank rank, TrainingFailurePolicy policy) =>
        rank.IsVanished ? Vanished(rank) : rank.Reading is { } reading ? TrainingPodJudge.Judge(reading, policy) : null;

    private static AttemptEnd? EndOf(TrainingRank rank, TrainingFailurePolicy policy)
    {
        if (rank.IsVanished)
            return Vanished(rank);
        if (rank.Reading is not { } reading || (rank.IsDone && rank.Number > 0))
            return null;
        // The peers of a Pod that is going have nothing to wait for: the attempt ends now, not when that Pod has stopped.
        return reading.Disruption is { } going && !rank.IsDone
            ? TrainingPodJudge.Disrupted(reading, going)
            : TrainingPodJudge.Judge(reading, policy);
    }

    private static AttemptEnd Cause(List<(TrainingRank Rank, AttemptEnd End)> failures, TrainingFailurePolicy policy)
    {
        var (rank, end) = failures
            .OrderBy(static f => f.End.Reason == TrainingRunReasons.OOMKilled ? 0 : 1)
            .ThenBy(static f => f.Rank.FailedAt)
            .ThenBy(f => Weight(f.End, policy))
            .ThenBy(static f => f.Rank.Number)
            .First();
        return Named(rank, end);
    }

    /// <summary>
    /// Among ends of the same second, what says more comes first: an exit code that the contract or the policy names, a signal, then the
    /// rest, which is what a trainer ends with when its peer is gone.
    /// </summary>
    private static int Weight(AttemptEnd end, TrainingFailurePolicy policy) => end.ExitCode switch
    {
        75 or 64 or 65 => 0,
        { } code when policy.RetryableExitCodes?.Contains(code) == true => 1,
        >= 128 => 2,
        _ => 3,
    };

    private static AttemptEnd Vanished(TrainingRank rank) =>
        new(AttemptEndKind.Disruption, TrainingRunReasons.PodVanished, $"Pod {rank.PodName} is gone without a trace of its end.");

    private static AttemptEnd Lost(TrainingRank rank) => new(
        AttemptEndKind.Disruption, TrainingRunReasons.NodeLost, $"Rank {Text(rank)}: node {rank.Pod!.Spec!.NodeName} does not answer; its peers ended for want of it.");

    private static AttemptEnd Named(TrainingRank rank, AttemptEnd end) => end with { Message = $"Rank {Text(rank)}: {end.Message}" };

    private static string Text(TrainingRank rank) => rank.Number.ToString(CultureInfo.InvariantCulture);
}

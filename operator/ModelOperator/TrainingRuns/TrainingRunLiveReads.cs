using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>What no cache may answer: whether a bound Pod is really gone, and whether a node answers.</summary>
internal static class TrainingRunLiveReads
{
    private const int SingleReads = 4;

    /// <summary>
    /// The cached Pods, with those of the current attempt that the cache lacks although they were seen: a cache that is behind, as after a change
    /// of leader, must not end an attempt: only the server's answer may.
    /// </summary>
    internal static async Task<IReadOnlyList<V1Pod>> PodsAsync(
        IKubernetesClient client, V1TrainingRun run, IReadOnlyList<V1Pod> cached, CancellationToken cancellationToken)
    {
        if (run.Status?.CurrentAttempt is not { PodUid: not null, PodName: { } name } attempt)
            return cached;
        var missing = Missing(run, attempt, cached);
        if (missing.Count == 0)
            return cached;
        var space = run.Metadata.NamespaceProperty;
        List<V1Pod> live;
        if (missing.Count <= SingleReads)
        {
            var found = await Task.WhenAll(missing.Select(m => client.GetAsync(KubernetesDescriptors.Pods, m.Name, space, cancellationToken)));
            live = [.. found.OfType<V1Pod>()];
        }
        else
        {
            live = (await client.ListAllAsync(
                KubernetesDescriptors.Pods, space, new ListOptions { LabelSelector = $"{ModelOperatorApi.RunUidLabel}={run.Metadata.Uid}" }, cancellationToken)).Items;
        }

        return [.. cached, .. live.Where(p => missing.Exists(m => m.Uid == p.Metadata.Uid))];
    }

    /// <summary>
    /// Nodes under Pods of the current attempt that do not answer, asked for only when a rank has failed while peers of it are still said to run:
    /// it may be their node that took the failed one's connection away.
    /// </summary>
    internal static async Task<IReadOnlySet<string>?> LostNodesAsync(
        IKubernetesClient client, V1TrainingRun run, IReadOnlyList<V1Pod> pods, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (run.Spec.Nodes <= 1 || run.Status?.CurrentAttempt is not { Reason: null } attempt)
            return null;
        var group = TrainingPodGroup.Of(pods.Where(p => p.IsControlledBy(run.Metadata.Uid)), run, attempt, now);
        if (!TrainingGroupJudge.IsUnsettled(group))
            return null;
        var names = group.Ranks.Where(static r => r.StillRuns && !r.IsDone).Select(static r => r.Pod?.Spec?.NodeName).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        IEnumerable<V1Node> nodes = names.Count <= SingleReads
            ? (await Task.WhenAll(names.Select(n => client.GetAsync(KubernetesDescriptors.Nodes, n, null, cancellationToken)))).OfType<V1Node>()
            : (await client.ListAllAsync(KubernetesDescriptors.Nodes, null, null, cancellationToken)).Items;
        var answering = nodes.Where(static n => n.Status?.Conditions?.Exists(static c => c is { Type: "Ready", Status: "False" or "Unknown" }) != true)
            .Select(static n => n.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        return names.Where(n => !answering.Contains(n)).ToHashSet(StringComparer.Ordinal);
    }

    private static List<(string Name, string Uid)> Missing(V1TrainingRun run, TrainingAttempt attempt, IReadOnlyList<V1Pod> cached)
    {
        var seen = cached.Select(static p => p.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        List<(string Name, string Uid)> missing = [];
        if (!seen.Contains(attempt.PodUid))
            missing.Add((attempt.PodName!, attempt.PodUid!));
        foreach (var (rank, uid) in (attempt.PodUids ?? []).Index().Skip(1))
        {
            if (TrainingRanks.IsSeen(uid) && !seen.Contains(uid))
                missing.Add((TrainingRanks.PodName(run.Metadata.Name, attempt.Number, rank), uid));
        }

        return missing;
    }
}

using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>Reads the child runs of a sweep, and whoever else has one of their names.</summary>
/// <param name="caches">Caches.</param>
/// <param name="client">API server, for a child that the cache does not show.</param>
public sealed class SweepTrialReader(Caches caches, IKubernetesClient client)
{
    private readonly IStore<V1TrainingRun> runs = caches.For(ModelOperatorDescriptors.TrainingRuns);

    /// <summary>
    /// Children of the sweep and namesakes of trials that are on record. A trial that is not over and that the cache lacks is asked for at the
    /// server: a cache that is behind must neither end a trial nor let one be forgotten at work.
    /// </summary>
    public async Task<IReadOnlyList<V1TrainingRun>> ReadAsync(V1TrainingRun sweep, CancellationToken cancellationToken)
    {
        if (sweep.Spec.Sweep is null && sweep.Status?.Sweep is null)
            return [];
        var space = sweep.Metadata.NamespaceProperty!;
        var seen = runs.Find(StoreIndexes.OwnerUid, sweep.Metadata.Uid!).ToDictionary(static r => r.Metadata.Name, StringComparer.Ordinal);
        if (sweep.IsDeleting || sweep.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed)
            return [.. seen.Values];
        foreach (var row in sweep.Status?.Sweep?.Trials ?? [])
        {
            var name = SweepChild.NameOf(sweep.Metadata.Name, row.Trial);
            if (row.IsOver || (seen.TryGetValue(name, out var child) && (row.Uid is null || child.Metadata.Uid == row.Uid)))
                continue;
            if (await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, name, space, cancellationToken) is { } live)
                seen[name] = live;
            else
                seen.Remove(name);
        }

        return [.. seen.Values];
    }
}

using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>
/// Knows whether this process alone has written a namespace's budgets for so long that its cache of runs has caught up with whatever others did
/// before. Then a run that has not started in the cache cannot have been settled, and need not be asked for. Not thread-safe.
/// </summary>
internal sealed class LedgerCustody
{
    private readonly Dictionary<string, string?> versions = new(StringComparer.Ordinal);
    private CacheBarrier barrier = new();

    /// <summary>Takes note of the budgets that a pass begins with; a version that is not ours begins the wait anew.</summary>
    public void Observe(IReadOnlyList<V1CarbonBudget> budgets)
    {
        if (versions.Count == budgets.Count && budgets.All(b => versions.TryGetValue(b.Metadata.Uid!, out var known) && known == b.Metadata.ResourceVersion))
            return;
        versions.Clear();
        foreach (var budget in budgets)
            versions[budget.Metadata.Uid!] = budget.Metadata.ResourceVersion;
        barrier = new();
    }

    /// <summary>Takes note of a write of ours.</summary>
    public void Wrote(V1CarbonBudget written) => versions[written.Metadata.Uid!] = written.Metadata.ResourceVersion;

    /// <summary>Whether the cache of runs can be trusted about settled runs.</summary>
    public ValueTask<bool> IsInStepAsync(IKubernetesClient client, IStore<V1TrainingRun> runs, CancellationToken cancellationToken) =>
        barrier.IsPassedAsync(client, ModelOperatorDescriptors.TrainingRuns, runs, cancellationToken);
}

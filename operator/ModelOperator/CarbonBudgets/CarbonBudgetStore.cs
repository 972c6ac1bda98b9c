using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>Budgets of both kinds as one: in the caches, and on the server.</summary>
/// <param name="client">API server.</param>
/// <param name="caches">Caches.</param>
public sealed class CarbonBudgetStore(IKubernetesClient client, Caches caches)
{
    private readonly IStore<V1CarbonBudget> own = caches.For(ModelOperatorDescriptors.CarbonBudgets);
    private readonly IStore<V1ClusterCarbonBudget> cluster = caches.For(ModelOperatorDescriptors.ClusterCarbonBudgets);
    private readonly IStore<V1Namespace> namespaces = caches.For(KubernetesDescriptors.Namespaces, TrainingRunLine.NamespaceCache);

    /// <summary>Whether the caches have what the server had when they began.</summary>
    public bool HasSynced => own.HasSynced && cluster.HasSynced && namespaces.HasSynced;

    /// <summary>Whether any budget is over many namespaces.</summary>
    public bool HasClusterBudgets => cluster.Count > 0;

    /// <summary>The budgets of a namespace, or of all, and those over many.</summary>
    public IReadOnlyList<V1CarbonBudget> List(string? space) => [.. own.List(space), .. cluster.List()];

    /// <summary>Labels of a namespace; null when the cache does not have it.</summary>
    public IReadOnlyDictionary<string, string>? LabelsOf(string space) => namespaces.Get("", space)?.Metadata.Labels;

    /// <summary>Those that the server has still, as it has them now.</summary>
    public async Task<IReadOnlyList<V1CarbonBudget>> ReadAsync(IReadOnlyList<V1CarbonBudget> cached, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(cached.Select(b => LiveBudgets.ReadAsync(client, CarbonBudgetReference.To(b), b.Metadata.NamespaceProperty, cancellationToken)))).OfType<V1CarbonBudget>()];

    /// <summary>Writes a status by compare-and-swap.</summary>
    public async Task<V1CarbonBudget> ReplaceStatusAsync(V1CarbonBudget next, CancellationToken cancellationToken) => next is V1ClusterCarbonBudget one
        ? await ReplaceStatusAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, one, cancellationToken)
        : await ReplaceStatusAsync(ModelOperatorDescriptors.CarbonBudgets, next, cancellationToken);

    private async Task<V1CarbonBudget> ReplaceStatusAsync<T>(EntityDescriptor<T> kind, T next, CancellationToken cancellationToken)
        where T : V1CarbonBudget
    {
        var written = await client.ReplaceStatusAsync(kind, next, null, cancellationToken);
        caches.Merge(kind, written);
        return written;
    }
}

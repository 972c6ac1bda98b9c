using ModelOperator.Api;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.CarbonBudgets;

/// <summary>
/// Keys of the ledger: one for each namespace, or a single one as long as any budget is over many namespaces, since every decision is over all that one
/// run may have to do with.
/// </summary>
/// <param name="caches">Caches.</param>
internal sealed class LedgerKeys(Caches caches)
{
    private const string Name = "ledger";

    private readonly IStore<V1ClusterCarbonBudget> clusterBudgets = caches.For(ModelOperatorDescriptors.ClusterCarbonBudgets);
    private readonly IStore<V1CarbonBudget> budgets = caches.For(ModelOperatorDescriptors.CarbonBudgets);
    private readonly IStore<V1BudgetOverride> overrides = caches.For(ModelOperatorDescriptors.BudgetOverrides);

    private static NamespacedName All { get; } = new("", Name);

    /// <summary>The key that looks after a namespace now.</summary>
    internal NamespacedName Of(string? space) => clusterBudgets.Count > 0 ? All : new(space ?? "", Name);

    /// <summary>After the last budget over many namespaces each looks after itself again.</summary>
    internal IEnumerable<NamespacedName> OfClusterBudgets() => clusterBudgets.Count > 0
        ? [All]
        : budgets.List().Select(static b => b.Metadata.NamespaceProperty).Concat(overrides.List().Select(static o => o.Metadata.NamespaceProperty)).Distinct().Select(static space => new NamespacedName(space ?? "", Name));

    /// <summary>Labels of namespaces matter only to budgets over many.</summary>
    internal IEnumerable<NamespacedName> OfNamespaces() => clusterBudgets.Count > 0 ? [All] : [];
}

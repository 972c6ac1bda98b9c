using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets;

/// <summary>Budgets of both kinds, and what they select by, as the server has them now: a cache could be a budget behind.</summary>
internal static class LiveBudgets
{
    /// <summary>One budget; null when there is none.</summary>
    internal static async Task<V1CarbonBudget?> ReadAsync(IKubernetesClient client, CarbonBudgetReference budget, string? space, CancellationToken cancellationToken) =>
        budget.Kind == CarbonBudgetKind.ClusterCarbonBudget
            ? await client.GetAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, budget.Name, null, cancellationToken)
            : await client.GetAsync(ModelOperatorDescriptors.CarbonBudgets, budget.Name, space, cancellationToken);

    /// <summary>All of a namespace, and those over many.</summary>
    internal static async Task<IReadOnlyList<V1CarbonBudget>> ListAsync(IKubernetesClient client, string space, CancellationToken cancellationToken)
    {
        var cluster = client.ListAllAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, null, null, cancellationToken);
        var own = await client.ListAllAsync(ModelOperatorDescriptors.CarbonBudgets, space, null, cancellationToken);
        return [.. own.Items, .. (await cluster).Items];
    }

    /// <summary>Labels of a namespace, which is asked for only where one of the budgets selects by them.</summary>
    internal static async Task<LabelsByNamespace> LabelsAsync(IKubernetesClient client, string space, IEnumerable<V1CarbonBudget?> budgets, CancellationToken cancellationToken)
    {
        var found = budgets.Any(static b => b is V1ClusterCarbonBudget { Spec.NamespaceSelector: not null })
            ? await client.GetAsync(KubernetesDescriptors.Namespaces, space, null, cancellationToken) : null;
        return _ => found is null ? null : NamespaceLabels.Of(found);
    }
}

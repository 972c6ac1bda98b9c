using System.Collections.Immutable;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Registry;

/// <summary>The objects whose history is kept.</summary>
/// <param name="Runs">Runs.</param>
/// <param name="Models">Models.</param>
/// <param name="Versions">Versions.</param>
/// <param name="Canaries">Canaries.</param>
/// <param name="Budgets">Budgets.</param>
/// <param name="ClusterBudgets">Budgets over many namespaces.</param>
/// <param name="Overrides">Overrides of budgets.</param>
public sealed record RegistryStores(
    IStore<V1TrainingRun> Runs,
    IStore<V1Model> Models,
    IStore<V1ModelVersion> Versions,
    IStore<V1CanaryDeployment> Canaries,
    IStore<V1CarbonBudget> Budgets,
    IStore<V1ClusterCarbonBudget> ClusterBudgets,
    IStore<V1BudgetOverride> Overrides)
{
    /// <summary>Whether absence means something.</summary>
    public bool HaveSynced => Runs.HasSynced && Models.HasSynced && Versions.HasSynced && Canaries.HasSynced && Budgets.HasSynced && ClusterBudgets.HasSynced && Overrides.HasSynced;

    /// <summary>The shared caches.</summary>
    /// <param name="caches">Caches.</param>
    public static RegistryStores From(Caches caches) => new(
        caches.For(ModelOperatorDescriptors.TrainingRuns),
        caches.For(ModelOperatorDescriptors.Models),
        caches.For(ModelOperatorDescriptors.ModelVersions),
        caches.For(ModelOperatorDescriptors.CanaryDeployments),
        caches.For(ModelOperatorDescriptors.CarbonBudgets),
        caches.For(ModelOperatorDescriptors.ClusterCarbonBudgets),
        caches.For(ModelOperatorDescriptors.BudgetOverrides));

    /// <summary>Budgets of a namespace, or of all, and those over many.</summary>
    /// <param name="space">Namespace; all when null.</param>
    public IEnumerable<V1CarbonBudget> AllBudgets(string? space) => Budgets.List(space).Concat(ClusterBudgets.List());

    /// <summary>All rows that the object of a key stands for now; null when there is no such object.</summary>
    /// <param name="key">Key by <see cref="RegistryKeys"/>.</param>
    public ImmutableArray<RegistryRow>? RowsOf(NamespacedName key)
    {
        var (kind, name) = RegistryKeys.Split(key);
        return kind switch
        {
            "TrainingRun" when Runs.Get(name) is { } run => [.. RunRows.Of(run, null), .. BudgetRows.Of(run, AllBudgets(name.Namespace))],
            "Model" when Models.Get(name) is { } model => ModelRows.Of(model, version => Versions.Get(name.Namespace, version), null),
            "ModelVersion" when Versions.Get(name) is { } version => ModelRows.Of(version, null),
            "CanaryDeployment" when Canaries.Get(name) is { } canary => CanaryRows.Of(canary),
            "CarbonBudget" when Budgets.Get(name) is { } budget => BudgetRows.Of(budget),
            "ClusterCarbonBudget" when ClusterBudgets.Get(name) is { } budget => BudgetRows.Of(budget),
            "BudgetOverride" when Overrides.Get(name) is { } one => OverrideRows.Of(one, null),
            _ => null,
        };
    }
}

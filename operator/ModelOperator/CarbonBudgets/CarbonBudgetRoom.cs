using ModelOperator.Api;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>Registration of the room.</summary>
public static class CarbonBudgetRoom
{
    /// <summary>Adds the ledger: one key per namespace or one for all, one pass at a time.</summary>
    public static void AddCarbonBudgets(this ControllerHostBuilder host)
    {
        host.Services.AddSingleton<IHostedService>(static provider => new BudgetOverrideMetrics(provider.GetRequiredService<Caches>(), provider.GetService<LeaseElector>()));
        host.AddKeyController<CarbonBudgetController>(CarbonBudgetController.Name, new ControllerOptions { Workers = 1 })
            .Watches(ModelOperatorDescriptors.CarbonBudgets, KeyOf<V1CarbonBudget>)
            .Watches(ModelOperatorDescriptors.ClusterCarbonBudgets, KeysOfClusterBudget)
            .Watches(ModelOperatorDescriptors.BudgetOverrides, KeyOf<V1BudgetOverride>)
            .Watches(ModelOperatorDescriptors.TrainingRuns, KeyOf<V1TrainingRun>, TrainingRunObserver.RunCache, CarbonBudgetWakeups.Concerns)
            .Watches(KubernetesDescriptors.Namespaces, KeyOfNamespace, TrainingRunLine.NamespaceCache, CarbonBudgetWakeups.Concerns)
            .Hears(static (services, take) =>
            {
                var keys = new LedgerKeys(services.GetRequiredService<Caches>());
                services.GetRequiredService<TrainingRunAsks>().Changed.Subscribe(key => take(keys.Of(key.Namespace)));
            });
    }

    private static Func<T, IEnumerable<NamespacedName>> KeyOf<T>(Caches caches)
        where T : class, IKubernetesObject
    {
        var keys = new LedgerKeys(caches);
        return entity => [keys.Of(entity.Metadata.NamespaceProperty)];
    }

    private static Func<V1ClusterCarbonBudget, IEnumerable<NamespacedName>> KeysOfClusterBudget(Caches caches)
    {
        var keys = new LedgerKeys(caches);
        return _ => keys.OfClusterBudgets();
    }

    private static Func<V1Namespace, IEnumerable<NamespacedName>> KeyOfNamespace(Caches caches)
    {
        var keys = new LedgerKeys(caches);
        return _ => keys.OfNamespaces();
    }
}

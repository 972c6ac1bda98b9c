using ModelOperator.Api;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>Registration of the room.</summary>
public static class CarbonBudgetRoom
{
    /// <summary>Adds the ledger: one key per namespace, one pass at a time.</summary>
    public static void AddCarbonBudgets(this ControllerHostBuilder host)
    {
        host.Services.AddSingleton<IHostedService>(static provider => new BudgetOverrideMetrics(provider.GetRequiredService<Caches>(), provider.GetService<LeaseElector>()));
        host.AddKeyController<CarbonBudgetController>(CarbonBudgetController.Name, new ControllerOptions { Workers = 1 })
            .Watches(ModelOperatorDescriptors.CarbonBudgets, budget => [Key(budget.Metadata.NamespaceProperty)])
            .Watches(ModelOperatorDescriptors.BudgetOverrides, one => [Key(one.Metadata.NamespaceProperty)])
            .Watches(ModelOperatorDescriptors.TrainingRuns, run => [Key(run.Metadata.NamespaceProperty)], TrainingRunObserver.RunCache, CarbonBudgetWakeups.Concerns)
            .Hears(static (services, take) => services.GetRequiredService<TrainingRunAsks>().Changed.Subscribe(key => take(Key(key.Namespace))));
    }

    private static NamespacedName Key(string? space) => new(space ?? "", "ledger");
}

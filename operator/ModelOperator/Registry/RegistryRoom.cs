using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Predictions;

namespace ModelOperator.Registry;

/// <summary>Registers the history.</summary>
public static class RegistryRoom
{
    // Three workers and the sweep: one connection each.
    private static readonly ControllerOptions Writer = new() { Name = "registry", Workers = PostgresSettings.MaxConnections - 1, Resync = TimeSpan.FromMinutes(10) };
    private static readonly ControllerOptions Recost = new() { Name = "registry-recost", Workers = 1, Resync = TimeSpan.FromMinutes(30) };
    private static readonly ControllerOptions Sweep = new() { Name = "registry-sweep", Workers = 1, Resync = TimeSpan.FromMinutes(10) };

    /// <summary>Keeps history when <see cref="OperatorOptions.PostgresConnection"/> is set; else nothing is registered.</summary>
    /// <param name="host">Host.</param>
    /// <param name="options">Settings of the installation.</param>
    /// <exception cref="FormatException">The connection string is not valid; the message does not quote it.</exception>
    public static void AddRegistry(this ControllerHostBuilder host, OperatorOptions options)
    {
        if (options.PostgresConnection is not { Length: > 0 } connection)
            return;
        _ = PostgresSettings.Parse(connection);
        var journal = new RegistryJournal(TimeProvider.System);
        AddServices(host.Services, connection, journal);
        host.Services.AddSingleton(new PredictionRetention(options.KeepPredictions));
        host.AddKeyController<HistoryWriter>(Writer.Name!, Writer)
            .Watches(ModelOperatorDescriptors.Models, static model => [RegistryKeys.Of(model)], null, journal.Observe)
            .Watches(ModelOperatorDescriptors.ModelVersions, static version => [RegistryKeys.Of(version), RegistryKeys.Of("Model", version.Metadata.NamespaceProperty, version.Spec.Model)], null, journal.Observe)
            .Watches(ModelOperatorDescriptors.CarbonBudgets, static budget => [RegistryKeys.Of(budget), .. RunsOf(budget)], null, journal.Observe)
            .Watches(ModelOperatorDescriptors.ClusterCarbonBudgets, static budget => [RegistryKeys.Of(budget), .. RunsOf(budget)], null, journal.Observe)
            .Watches(ModelOperatorDescriptors.BudgetOverrides, static one => [RegistryKeys.Of(one)], null, journal.Observe)
            .Watches(ModelOperatorDescriptors.TrainingRuns, static run => [RegistryKeys.Of(run)], null, journal.Observe)
            .Watches(ModelOperatorDescriptors.CanaryDeployments, static canary => [RegistryKeys.Of(canary)], null, journal.Observe);
        // Any object starts the sweep; from then on it keeps its own time.
        host.AddKeyController<HistorySweep>(Sweep.Name!, Sweep)
            .Watches(ModelOperatorDescriptors.TrainingRuns, StartsSweep, null, IsFirst)
            .Watches(ModelOperatorDescriptors.ModelVersions, StartsSweep, null, IsFirst)
            .Watches(ModelOperatorDescriptors.CarbonBudgets, StartsSweep, null, IsFirst)
            .Watches(ModelOperatorDescriptors.ClusterCarbonBudgets, StartsSweep, null, IsFirst);
        if (options.Grid.Chain.Count > 0)
        {
            host.AddKeyController<EnergyRecost>(Recost.Name!, Recost)
                .Watches(ModelOperatorDescriptors.TrainingRuns, static _ => [EnergyRecost.Key], null, IsFirst)
                .Watches(ModelOperatorDescriptors.CanaryDeployments, static _ => [EnergyRecost.Key], null, IsFirst);
        }
    }

    private static void AddServices(IServiceCollection services, string connection, RegistryJournal journal)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(journal);
        services.AddSingleton<RegistryBacklog>();
        services.AddSingleton(static provider => RegistryStores.From(provider.GetRequiredService<Caches>()));
        services.AddSingleton(provider => new RegistryDatabase(
            connection, RegistryMigrations.Load(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RegistryDatabase>>()));
        services.AddSingleton<RegistryQueries>();
        services.AddSingleton(static provider =>
        {
            var database = provider.GetRequiredService<RegistryDatabase>();
            var backlog = provider.GetRequiredService<RegistryBacklog>();
            return new RegistryMetrics { IsUp = () => database.IsUp, Pending = () => backlog.Count };
        });
    }

    /// <summary>A reservation that comes or goes concerns its run: it may now be settled.</summary>
    private static IEnumerable<NamespacedName> RunsOf(CarbonBudgets.V1CarbonBudget budget) =>
        (budget.Status?.Holds ?? []).Select(hold => CarbonBudgets.CarbonBudgetLedgers.RunOf(budget, hold)).Select(static run => RegistryKeys.Of("TrainingRun", run.Namespace, run.Name));

    private static IEnumerable<NamespacedName> StartsSweep(IKubernetesObject entity) => [HistorySweep.Key];

    private static bool IsFirst<T>(CacheChange<T> change)
        where T : class, IKubernetesObject => change.Old is null;
}

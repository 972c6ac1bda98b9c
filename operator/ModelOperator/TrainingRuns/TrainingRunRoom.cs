using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.CarbonBudgets;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Certificates;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.ModelVersions;

namespace ModelOperator.TrainingRuns;

/// <summary>Registration of the room.</summary>
public static class TrainingRunRoom
{
    /// <summary>Field manager of the room.</summary>
    public const string Manager = "model-operator-runs";

    /// <summary>Workers mostly wait for the API server; the client's own limit of requests protects it.</summary>
    private const int Workers = 32;
    private const string Sources = "dataset-sources";

    /// <summary>Adds the room's controller and what it needs. Needed besides: <see cref="OperatorOptions"/> and <see cref="ArtifactTokens"/>.</summary>
    public static void AddTrainingRuns(this ControllerHostBuilder host)
    {
        host.Services.AddSingleton<TrainingProgressStore>();
        host.Services.AddSingleton<IProgressSource>(provider => provider.GetRequiredService<TrainingProgressStore>());
        host.Services.AddSingleton(Credentials);
        host.Services.AddSingleton<TrainerLogReader>();
        host.Services.AddHostedService<TrainerLogFollower>();
        host.Services.AddSingleton<IHostedService>(static provider => new TrainingRunMetrics(provider.GetRequiredService<Caches>(), provider.GetService<LeaseElector>()));
        host.Services.AddSingleton<TrainingRunAsks>();
        host.Services.AddSingleton<TrainingPodAdmission>();
        host.Services.AddSingleton(static provider => new TrainingRunCalibrations(provider.GetRequiredService<Caches>()));
        host.Services.AddHostedService<TrainingPodPatrol>();
        host.Services.AddKeyedSingleton<HttpClient>(Manager, static (_, _) => TransferHttp.ForStore());
        host.Services.AddKeyedSingleton<HttpClient>(Sources, static (_, _) => TransferHttp.ForSigned());
        host.Services.AddSingleton<IDatasetProber>(Prober);
        host.Services.AddSingleton<TrainingRunLine>();
        host.Services.AddSingleton<ServerCapabilities>();
        host.Services.AddSingleton<TrainingRunObserver>();
        host.Services.AddSingleton(static provider => new TrainingStatusEndpoint(
            provider.GetRequiredService<Caches>(),
            provider.GetRequiredService<TrainingRunCredentials>(),
            provider.GetRequiredService<TrainingProgressStore>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<LeaseElector>()));
        // By compare-and-swap: an attempt must never be decided on a status that a stale cache shows.
        host.Services.AddSingleton(provider => new PlanExecutor<V1TrainingRun, TrainingRunStatus>(
            provider.GetRequiredService<PlanContext>(),
            ModelOperatorDescriptors.TrainingRuns,
            TrainingRunsJson.Default.TrainingRunStatus,
            Manager,
            StatusWrite.CompareAndSwap));
        host.AddController<V1TrainingRun, TrainingRunController>(ModelOperatorDescriptors.TrainingRuns, new ControllerOptions { Workers = Workers }, TrainingRunLine.RunCache)
            .Watches(ModelOperatorDescriptors.TrainingRuns, TrainingRunLine.Successors, TrainingRunLine.RunCache, TrainingRunLine.Frees)
            .Watches(KubernetesDescriptors.Namespaces, TrainingRunLine.Waiting, TrainingRunLine.NamespaceCache, TrainingRunLine.Limits)
            .Hears(static (services, take) => services.GetRequiredService<TrainingProgressStore>().Listen(take))
            .Owns(KubernetesDescriptors.Pods, ManagedCaches.Pods)
            .Owns(KubernetesDescriptors.NetworkPolicies, ManagedCaches.Selector)
            .Owns(KubernetesDescriptors.ServiceAccounts, ManagedCaches.Selector)
            .Watches(ModelOperatorDescriptors.TrainingRuns, SweepKeys)
            .WatchesChanges(ModelOperatorDescriptors.CarbonBudgets, BudgetKeys<V1CarbonBudget>)
            .WatchesChanges(ModelOperatorDescriptors.ClusterCarbonBudgets, BudgetKeys<V1ClusterCarbonBudget>)
            .Watches(KubernetesDescriptors.Namespaces, NamespaceKeys, TrainingRunLine.NamespaceCache, CarbonBudgetWakeups.Concerns)
            .Watches(ModelOperatorDescriptors.Models, ModelKeys)
            .Watches(ModelOperatorDescriptors.ModelVersions, VersionKeys, TrainingRunObserver.VersionCache);
    }

    /// <summary>The status endpoint over HTTPS is the webhook's listener, with the webhook's certificate.</summary>
    private static TrainingRunCredentials Credentials(IServiceProvider provider)
    {
        var certificates = provider.GetRequiredService<OperatorOptions>().StatusIsTls ? provider.GetService<WebhookCertificates>() : null;
        return new(provider.GetRequiredService<ArtifactTokens>(), () => certificates?.Bundle);
    }

    private static DatasetProber Prober(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<OperatorOptions>();
        var time = provider.GetRequiredService<TimeProvider>();
        var endpoint = new StoreEndpoint(new Uri(options.StoreUrl), provider.GetRequiredService<ArtifactTokens>().Issue(ArtifactScope.Admin));
        return new(provider.GetRequiredService<IKubernetesClient>(), new ArtifactStoreClient(provider.GetRequiredKeyedService<HttpClient>(Manager), endpoint, time), time,
            options.ProbeSources ? provider.GetRequiredKeyedService<HttpClient>(Sources) : null);
    }

    /// <summary>
    /// A budget that gives or takes a hold concerns that run; one whose limit, window or selector changes concerns every run that has not started.
    /// With a thousand holds in it, each write would otherwise wake a thousand runs.
    /// </summary>
    private static Func<CacheChange<T>, IEnumerable<NamespacedName>> BudgetKeys<T>(Caches caches)
        where T : V1CarbonBudget
    {
        var runs = caches.For(ModelOperatorDescriptors.TrainingRuns, TrainingRunObserver.RunCache);
        return change => change.Initial
            ? []
            : TrainingRunWakeups.OfBudget(change.Old, change.New, () => TrainingRunObserver.OpenRunsOf(runs, change.Latest.Metadata.NamespaceProperty));
    }

    /// <summary>A namespace whose labels change may be covered by other budgets, which runs that have not started must hold something of.</summary>
    private static Func<V1Namespace, IEnumerable<NamespacedName>> NamespaceKeys(Caches caches)
    {
        var (runs, budgets) = (caches.For(ModelOperatorDescriptors.TrainingRuns, TrainingRunObserver.RunCache), caches.For(ModelOperatorDescriptors.ClusterCarbonBudgets));
        return space => budgets.Count == 0 ? [] : TrainingRunObserver.OpenRunsOf(runs, space.Metadata.Name).Where(static r => r.Status is not { Attempts.Execution: > 0 }).Select(static r => r.Key);
    }

    private static IEnumerable<NamespacedName> ModelKeys(V1Model model) =>
        (model.Status?.Allocations ?? []).Select(a => new NamespacedName(model.Metadata.NamespaceProperty ?? "", a.RunName.Split('/')[^1]));

    /// <summary>A trial concerns its sweep.</summary>
    private static IEnumerable<NamespacedName> SweepKeys(V1TrainingRun run) =>
        Sweeps.SweepChild.IsTrial(run) ? [new(run.Metadata.NamespaceProperty ?? "", run.Controller!.Name)] : [];

    private static IEnumerable<NamespacedName> VersionKeys(V1ModelVersion version) =>
        version.Spec.TrainingRun is { } run ? [new(version.Metadata.NamespaceProperty ?? "", run.Name)] : [];
}

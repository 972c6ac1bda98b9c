using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.TrainingRuns;

namespace ModelOperator.ModelVersions;

/// <summary>Registration of the rooms of Model and ModelVersion.</summary>
public static class ModelVersionRoom
{
    /// <summary>Field manager for Models.</summary>
    public const string ModelManager = "model-operator-model";

    /// <summary>Field manager for ModelVersions.</summary>
    public const string VersionManager = "model-operator-modelversion";

    /// <summary>Longest time that reading all bytes of one version may take.</summary>
    public static TimeSpan VerificationLimit { get; } = TimeSpan.FromHours(1);

    /// <summary>Adds both controllers and what they need.</summary>
    public static void AddModelVersions(this ControllerHostBuilder host)
    {
        host.Services.AddSingleton<IArtifactReader>(static provider => new StoreArtifactReader(
            TransferHttp.ForStore(),
            new Uri(provider.GetRequiredService<OperatorOptions>().StoreUrl),
            provider.GetRequiredService<ArtifactTokens>(),
            provider.GetRequiredService<TimeProvider>()));
        // By compare-and-swap: a list or object that vanishes from an applied status becomes null on Kubernetes 1.20, which its schema refuses.
        host.Services.AddSingleton(static provider => new PlanExecutor<V1Model, ModelStatus>(
            provider.GetRequiredService<PlanContext>(), ModelOperatorDescriptors.Models, ModelVersionsJson.Default.ModelStatus, ModelManager, StatusWrite.CompareAndSwap));
        host.Services.AddSingleton(static provider => new PlanExecutor<V1ModelVersion, ModelVersionStatus>(
            provider.GetRequiredService<PlanContext>(), ModelOperatorDescriptors.ModelVersions, ModelVersionsJson.Default.ModelVersionStatus, VersionManager, StatusWrite.CompareAndSwap));
        host.AddController<V1Model, ModelController>(ModelOperatorDescriptors.Models)
            .Watches(ModelOperatorDescriptors.ModelVersions, static version => [KeyOf(version, version.Spec.Model)])
            .Watches(ModelOperatorDescriptors.TrainingRuns, static run => [KeyOf(run, run.Spec.ModelName)], counts: ConcernsNumbers)
            .Watches(ModelOperatorDescriptors.CanaryDeployments, static canary => [KeyOf(canary, canary.Spec.Model)]);
        host.AddController<V1ModelVersion, ModelVersionController>(
                ModelOperatorDescriptors.ModelVersions, new ControllerOptions { Workers = 8, ReconcileTimeout = VerificationLimit })
            .Watches(ModelOperatorDescriptors.Models, static model => (model.Status?.Aliases ?? []).Select(alias => KeyOf(model, alias.Version)))
            .Watches(ModelOperatorDescriptors.CanaryDeployments, static canary => ModelVersionUse.VersionsOf(canary).Select(name => KeyOf(canary, name)));
    }

    /// <summary>A run matters to its Model from the published artifact on; its progress before does not.</summary>
    private static bool ConcernsNumbers(CacheChange<V1TrainingRun> change) => change.Latest.Status?.Artifact is not null;

    private static NamespacedName KeyOf(IKubernetesObject entity, string name) => new(entity.Metadata.NamespaceProperty ?? "", name);
}

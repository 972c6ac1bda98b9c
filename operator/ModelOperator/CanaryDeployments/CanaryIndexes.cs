using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.ModelVersions;

namespace ModelOperator.CanaryDeployments;

/// <summary>By what a pass finds the objects that concern one canary, however many others there are.</summary>
public static class CanaryIndexes
{
    /// <summary>Name of the index of canaries by <see cref="ServiceKey"/>.</summary>
    public const string Service = "service";

    /// <summary>Name of the index of canaries by <see cref="AliasKey"/>.</summary>
    public const string Alias = "alias";

    /// <summary>Name of the index of canaries by namespace and model.</summary>
    public const string Model = "model";

    /// <summary>Name of the index of canaries by namespace and version that they use.</summary>
    public const string Version = "version";

    /// <summary>Cache of canaries. Those that serve a version and want no other are seldom read: most of them, most of the time.</summary>
    public static CacheOptions<V1CanaryDeployment> Canaries { get; } = new()
    {
        SeldomRead = static canary => canary is { Metadata.DeletionTimestamp: null, Status: { Phase: CanaryPhase.Healthy, CanaryVersion: null } },
        Indexes =
        [
            new(Model, static canary => [$"{canary.Metadata.NamespaceProperty}/{canary.Spec.Model}"]),
            new(Version, static canary => ModelVersionUse.VersionsOf(canary).Select(name => $"{canary.Metadata.NamespaceProperty}/{name}")),
            new(Service, static canary => CanaryNames.Services(canary).Select(name => ServiceKey(canary.Metadata.NamespaceProperty, name))),
            new(Alias, static canary => AliasKey(canary) is { } key ? [key] : []),
        ],
    };

    /// <summary>Cache of our Pods, by canary.</summary>
    public static CacheOptions<V1Pod> Pods { get; } = ManagedCaches.Pods with { Indexes = [StoreIndex<V1Pod>.ByLabel(ModelOperatorApi.CanaryLabel)] };

    /// <summary>A Service that clients call.</summary>
    public static string ServiceKey(string? space, string name) => $"{space}/{name}";

    /// <summary>The alias that a canary moves; null for none.</summary>
    public static string? AliasKey(V1CanaryDeployment canary) =>
        canary.Spec.Alias is { } alias ? $"{canary.Metadata.NamespaceProperty}/{canary.Spec.Model}/{alias}" : null;

    /// <summary>Pods of a canary.</summary>
    public static IEnumerable<V1Pod> PodsOf(this IStore<V1Pod> pods, V1CanaryDeployment canary) =>
        pods.Find(StoreIndexes.Label(ModelOperatorApi.CanaryLabel), canary.Metadata.Name!).Where(pod => pod.Metadata.NamespaceProperty == canary.Metadata.NamespaceProperty);
}

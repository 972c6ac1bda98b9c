using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Hosting;

/// <summary>Which objects of built-in kinds are cached: only those that the operator made, so that a large cluster costs nothing.</summary>
public static class ManagedCaches
{
    /// <summary>Label selector of our children.</summary>
    public const string Selector = ModelOperatorApi.ManagedByLabel + "=" + ModelOperatorApi.ManagedBy;

    /// <summary>Label selector of the children of canaries: a run's Secret is never read again, and ten thousand runs have ten thousand.</summary>
    public const string CanarySelector = Selector + "," + ModelOperatorApi.CanaryLabel;

    /// <summary>Index, and its only value, of Pods with the label of a run: who looks at all of those now and then does not unpack those of idle canaries.</summary>
    public const string OfRuns = "ofRuns";

    /// <summary>Our Pods, without what only the kubelet reads: a Pod of a finished run stays for its logs.</summary>
    public static CacheOptions<V1Pod> Pods { get; } = Of<V1Pod>() with
    {
        Transform = Trimmed,
        Indexes = [new(OfRuns, static pod => pod.Metadata.Labels?.ContainsKey(ModelOperatorApi.RunUidLabel) == true ? [OfRuns] : [])],
    };

    /// <summary>Cache options of a built-in kind. A canary's children are read in the passes of that canary alone, and ten thousand idle ones have ninety thousand.</summary>
    public static CacheOptions<T> Of<T>()
        where T : class, IKubernetesObject => new() { LabelSelector = Selector, SeldomRead = static child => child.Metadata.Labels?.ContainsKey(ModelOperatorApi.CanaryLabel) == true };

    /// <summary>Cache options of a built-in kind, for children of canaries.</summary>
    public static CacheOptions<T> OfCanaries<T>()
        where T : class, IKubernetesObject => Of<T>() with { LabelSelector = CanarySelector };

    private static V1Pod Trimmed(V1Pod pod)
    {
        if (pod.Spec is { } spec)
        {
            pod.Spec = spec with
            {
                Containers = [.. spec.Containers.Select(Trimmed)],
                InitContainers = spec.InitContainers is { } first ? [.. first.Select(Trimmed)] : null,
                Volumes = null,
                Affinity = null,
                AdditionalProperties = null,
            };
        }

        return pod;
    }

    private static V1Container Trimmed(V1Container container) => new() { Name = container.Name, Image = container.Image, Resources = container.Resources };
}

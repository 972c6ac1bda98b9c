using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Hosting;

/// <summary>Which objects of built-in kinds are cached: only those that the operator made, so that a large cluster costs nothing.</summary>
public static class ManagedCaches
{
    /// <summary>Label selector of our children.</summary>
    public const string Selector = ModelOperatorApi.ManagedByLabel + "=" + ModelOperatorApi.ManagedBy;

    /// <summary>Cache options of a built-in kind.</summary>
    public static CacheOptions<T> Of<T>()
        where T : class, IKubernetesObject => new() { LabelSelector = Selector };
}

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>An object as a cache holds it: what the cache itself needs is at hand, the rest when it is read. Immutable.</summary>
/// <typeparam name="T">Kind.</typeparam>
internal abstract class CachedObject<T>
    where T : class, IKubernetesObject
{
    public abstract NamespacedName Key { get; }

    public abstract string? Uid { get; }

    public abstract string? Version { get; }

    /// <summary>The object; of a packed one a new copy each time.</summary>
    public abstract T Read();

    /// <summary>Whether the other is this very version of this very object.</summary>
    public bool Is(V1ObjectMeta other) => Uid == other.Uid && Version == other.ResourceVersion;
}

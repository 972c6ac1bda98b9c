using System.Collections.Immutable;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>What a cache holds. Caches of the same kind, namespace and selectors are shared.</summary>
/// <typeparam name="T">Kind.</typeparam>
public sealed record CacheOptions<T>
    where T : class, IKubernetesObject
{
    /// <summary>Only this namespace; all when null.</summary>
    public string? NamespaceName { get; init; }

    /// <summary>Only objects with these labels.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Further indexes; the union of all who share the cache.</summary>
    public ImmutableArray<StoreIndex<T>> Indexes { get; init; } = [];

    /// <summary>Drops what nobody reads before an object enters the cache (it may change and return its argument). The first one given wins.</summary>
    public Func<T, T>? Transform { get; init; }

    /// <summary>
    /// Versions of a kind that the server need not have, best first: until one of them is served the cache is empty and in sync. None for a kind
    /// that must be there. The first ones given win.
    /// </summary>
    public ImmutableArray<string> OptionalVersions { get; init; } = [];

    /// <summary>
    /// Objects that are read seldom: the cache keeps their JSON compressed, a tenth of the memory, and parses it at each read. What a reader
    /// sees does not depend on it. Objects that are passed over often need an index instead. The first one given wins.
    /// </summary>
    public Func<T, bool>? SeldomRead { get; init; }
}

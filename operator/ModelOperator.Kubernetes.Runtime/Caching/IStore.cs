namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// Read access to an informer's cache. Thread-safe. The objects are shared by all readers and must not be changed:
/// use <c>with</c> and new lists.
/// </summary>
/// <typeparam name="T">Kind.</typeparam>
public interface IStore<T>
    where T : class, IKubernetesObject
{
    /// <summary>Whether the first whole list is in. Until then absence means nothing.</summary>
    bool HasSynced { get; }

    /// <summary>Objects in the cache.</summary>
    int Count { get; }

    /// <summary>Version up to which the cache has seen everything; "" before the first list.</summary>
    string ResourceVersion { get; }

    /// <summary>The object, or null.</summary>
    /// <param name="key">Key.</param>
    T? Get(NamespacedName key);

    /// <summary>The object, or null.</summary>
    /// <param name="namespaceName">Namespace, "" when cluster-scoped.</param>
    /// <param name="name">Name.</param>
    T? Get(string namespaceName, string name) => Get(new NamespacedName(namespaceName, name));

    /// <summary>All objects, of one namespace when given; in no order. Each reading of the list parses those that are kept packed: enumerate it once.</summary>
    /// <param name="namespaceName">Namespace, or null for all.</param>
    IReadOnlyList<T> List(string? namespaceName = null);

    /// <summary>Objects that an index files under a value; in no order.</summary>
    /// <param name="index">Name of an index that was declared for this cache.</param>
    /// <param name="value">Value.</param>
    /// <exception cref="KeyNotFoundException">No such index was declared.</exception>
    IReadOnlyList<T> Find(string index, string value);

    /// <summary>How many objects an index files under each value; reads no object.</summary>
    /// <param name="index">Name of an index that was declared for this cache.</param>
    /// <exception cref="KeyNotFoundException">No such index was declared.</exception>
    IReadOnlyDictionary<string, int> CountBy(string index);

    /// <summary>UIDs of all objects, of one namespace when given; in no order. Reads no object.</summary>
    /// <param name="namespaceName">Namespace, or null for all.</param>
    IReadOnlyList<string> Uids(string? namespaceName = null);
}

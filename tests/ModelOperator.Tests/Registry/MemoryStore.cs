using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Tests.Registry;

/// <summary>A cache that the test fills.</summary>
/// <param name="indexes">Indexes that it can be asked by.</param>
internal sealed class MemoryStore<T>(params StoreIndex<T>[] indexes) : IStore<T>
    where T : class, IKubernetesObject
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<NamespacedName, T> objects = new();

    public bool HasSynced => true;

    public int Count => objects.Count;

    public string ResourceVersion { get; set; } = "1";

    /// <summary>Puts an object in, and gives the change as an informer would.</summary>
    public CacheChange<T> Put(T entity)
    {
        var change = new CacheChange<T>(Get(entity.Key), entity, false);
        objects[entity.Key] = entity;
        return change;
    }

    /// <summary>Takes an object out, and gives the change as an informer would.</summary>
    public CacheChange<T> Remove(T entity)
    {
        objects.TryRemove(entity.Key, out var old);
        return new(old ?? entity, null, false);
    }

    public T? Get(NamespacedName key) => objects.GetValueOrDefault(key);

    public IReadOnlyList<T> List(string? namespaceName = null) =>
        [.. objects.Values.Where(entity => namespaceName is null || entity.Metadata.NamespaceProperty == namespaceName)];

    public IReadOnlyList<T> Find(string index, string value) =>
        indexes.FirstOrDefault(i => i.Name == index) is { } known ? [.. List().Where(entity => known.Values(entity).Contains(value))] : throw new KeyNotFoundException(index);

    public IReadOnlyDictionary<string, int> CountBy(string index) => throw new KeyNotFoundException(index);

    public IReadOnlyList<string> Uids(string? namespaceName = null) => [.. List(namespaceName).Select(static entity => entity.Metadata.Uid ?? "")];
}

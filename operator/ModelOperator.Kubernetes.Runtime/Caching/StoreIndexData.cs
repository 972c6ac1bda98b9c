namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>The keys filed by one index. Not thread-safe: the store holds its lock.</summary>
/// <param name="index">Index.</param>
internal sealed class StoreIndexData<T>(StoreIndex<T> index)
    where T : class, IKubernetesObject
{
    private readonly Dictionary<string, HashSet<NamespacedName>> filed = new(StringComparer.Ordinal);

    public IEnumerable<NamespacedName> Keys(string value) => filed.TryGetValue(value, out var keys) ? keys : [];

    public void Add(T entity)
    {
        foreach (var value in index.Values(entity))
        {
            if (!filed.TryGetValue(value, out var keys))
                filed[value] = keys = [];
            keys.Add(entity.Key);
        }
    }

    public void Remove(T entity)
    {
        foreach (var value in index.Values(entity))
        {
            if (filed.TryGetValue(value, out var keys) && keys.Remove(entity.Key) && keys.Count == 0)
                filed.Remove(value);
        }
    }
}

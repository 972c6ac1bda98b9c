namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>The keys filed by one index. Not thread-safe: the store holds its lock.</summary>
/// <param name="index">Index.</param>
internal sealed class StoreIndexData<T>(StoreIndex<T> index)
    where T : class, IKubernetesObject
{
    private readonly Dictionary<string, HashSet<NamespacedName>> filed = new(StringComparer.Ordinal);

    public IEnumerable<NamespacedName> Keys(string value) => filed.TryGetValue(value, out var keys) ? keys : [];

    public IReadOnlyDictionary<string, int> Counts() => filed.ToDictionary(static pair => pair.Key, static pair => pair.Value.Count, StringComparer.Ordinal);

    public void Add(NamespacedName key, T entity)
    {
        foreach (var value in index.Values(entity))
        {
            if (!filed.TryGetValue(value, out var keys))
                filed[value] = keys = [];
            keys.Add(key);
        }
    }

    public void Remove(NamespacedName key, T entity)
    {
        foreach (var value in index.Values(entity))
        {
            if (filed.TryGetValue(value, out var keys) && keys.Remove(key) && keys.Count == 0)
                filed.Remove(value);
        }
    }
}

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>The keys filed by one index. Not thread-safe: the store holds its lock.</summary>
/// <param name="index">Index.</param>
internal sealed class StoreIndexData<T>(StoreIndex<T> index)
    where T : class, IKubernetesObject
{
    /// <summary>As many keys as a search from the first to the last finds no later than a hash.</summary>
    private const int Few = 8;

    /// <summary>Nearly every value has one key or two (the children of an owner), for which a set would cost four times the memory of an array.</summary>
    private readonly Dictionary<IndexValue, ICollection<NamespacedName>> filed = [];

    public IEnumerable<NamespacedName> Keys(string value) => filed.TryGetValue(IndexValue.Of(value), out var keys) ? keys : [];

    public IReadOnlyDictionary<string, int> Counts() => filed.ToDictionary(static pair => pair.Key.ToString(), static pair => pair.Value.Count, StringComparer.Ordinal);

    public void Add(NamespacedName key, T entity)
    {
        foreach (var text in index.Values(entity))
        {
            var value = IndexValue.Of(text);
            filed[value] = With(filed.GetValueOrDefault(value), key);
        }
    }

    public void Remove(NamespacedName key, T entity)
    {
        foreach (var text in index.Values(entity))
        {
            var value = IndexValue.Of(text);
            if (!filed.TryGetValue(value, out var keys))
                continue;
            if (keys is NamespacedName[] few)
                filed[value] = keys = Array.FindAll(few, other => other != key);
            else
                keys.Remove(key);
            if (keys.Count == 0)
                filed.Remove(value);
        }
    }

    private static ICollection<NamespacedName> With(ICollection<NamespacedName>? keys, NamespacedName key)
    {
        switch (keys)
        {
            case null:
                return new[] { key };
            case NamespacedName[] few when few.Contains(key):
                return few;
            case NamespacedName[] { Length: < Few } few:
                return (NamespacedName[])[.. few, key];
            case NamespacedName[] few:
                return new HashSet<NamespacedName>(few) { key };
            default:
                keys.Add(key);
                return keys;
        }
    }
}

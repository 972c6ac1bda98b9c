using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>Objects of one informer with their indexes. Thread-safe: the informer and the answers to our own writes change it, many read it.</summary>
/// <typeparam name="T">Kind.</typeparam>
public sealed class Store<T> : IStore<T>
    where T : class, IKubernetesObject
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, StoreIndexData<T>> indexes = new(StringComparer.Ordinal);

    /// <summary>Objects as answers to our own writes showed them; the watch has not come that far.</summary>
    private readonly HashSet<NamespacedName> ahead = [];
    private Dictionary<NamespacedName, T> objects = [];
    private string resourceVersion = "";
    private volatile bool synced;

    /// <summary>An empty store with the index by owner UID.</summary>
    public Store() => AddIndex(StoreIndex<T>.ByOwnerUid);

    /// <inheritdoc/>
    public bool HasSynced => synced;

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (gate)
                return objects.Count;
        }
    }

    /// <inheritdoc/>
    public string ResourceVersion
    {
        get
        {
            lock (gate)
                return resourceVersion;
        }
    }

    /// <inheritdoc/>
    public T? Get(NamespacedName key)
    {
        lock (gate)
            return objects.GetValueOrDefault(key);
    }

    /// <inheritdoc/>
    public T? Get(string namespaceName, string name) => Get(new NamespacedName(namespaceName, name));

    /// <inheritdoc/>
    public IReadOnlyList<T> List(string? namespaceName = null)
    {
        lock (gate)
            return namespaceName is null ? [.. objects.Values] : [.. objects.Values.Where(entity => entity.Key.Namespace == namespaceName)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> Find(string index, string value)
    {
        lock (gate)
        {
            if (!indexes.TryGetValue(index, out var data))
                throw new KeyNotFoundException($"the cache of {typeof(T).Name} has no index {index}");
            return [.. data.Keys(value).Select(key => objects[key])];
        }
    }

    /// <summary>Adds an index; nothing happens when one of that name exists.</summary>
    /// <param name="index">Index.</param>
    public void AddIndex(StoreIndex<T> index)
    {
        lock (gate)
        {
            var data = new StoreIndexData<T>(index);
            if (!indexes.TryAdd(index.Name, data))
                return;
            foreach (var entity in objects.Values)
                data.Add(entity);
        }
    }

    /// <summary>Replaces everything by a whole list.</summary>
    /// <param name="items">The whole list, complete.</param>
    /// <param name="version">Version of the list.</param>
    /// <returns>What changed, with a deletion for each object that vanished unseen.</returns>
    internal List<CacheChange<T>> Replace(IReadOnlyCollection<T> items, string version)
    {
        var next = new Dictionary<NamespacedName, T>(items.Count);
        foreach (var item in items)
            next[item.Key] = item;
        lock (gate)
        {
            var initial = !synced;
            ahead.RemoveWhere(key => !ResourceVersions.IsNewer(objects[key].Metadata.ResourceVersion, version));
            foreach (var key in ahead)
                next[key] = objects[key];

            var changes = new List<CacheChange<T>>();
            foreach (var (key, entity) in next)
            {
                var old = objects.GetValueOrDefault(key);
                if (old is null || !Same(old, entity))
                    changes.Add(new CacheChange<T>(old, entity, initial));
            }

            changes.AddRange(objects.Where(pair => !next.ContainsKey(pair.Key)).Select(static pair => new CacheChange<T>(pair.Value, null, false)));
            foreach (var change in changes)
                Reindex_NeedsLock(change);
            objects = next;
            resourceVersion = version;
            synced = true;
            return changes;
        }
    }

    /// <summary>Takes one watch event in.</summary>
    /// <param name="change">Event; a bookmark only moves the version.</param>
    /// <returns>The change, or null when nothing changed.</returns>
    internal CacheChange<T>? Apply(WatchEvent<T> change)
    {
        lock (gate)
        {
            if (change.ResourceVersion.Length > 0)
                resourceVersion = change.ResourceVersion;
            if (change.Object is not { } entity || change.Type == WatchEventType.Bookmark)
                return null;
            var key = entity.Key;
            var old = objects.GetValueOrDefault(key);
            var gone = change.Type == WatchEventType.Deleted;
            if (gone ? old is null : old is not null && IsOlder(entity, old))
                return null;
            ahead.Remove(key);
            if (!gone && old is not null && Same(old, entity))
                return null;
            var result = new CacheChange<T>(gone ? entity : old, gone ? null : entity, false);
            Reindex_NeedsLock(new CacheChange<T>(old, result.New, false));
            if (gone)
                objects.Remove(key);
            else
                objects[key] = entity;
            return result;
        }
    }

    /// <summary>
    /// Takes in the server's answer to a write of our own, so that the next decision need not wait for the watch. An answer that the watch
    /// has passed already is ignored: what came since, a deletion above all, is newer.
    /// </summary>
    /// <param name="written">The object as the server has it after the write.</param>
    /// <returns>The change, or null when nothing changed.</returns>
    internal CacheChange<T>? Merge(T written)
    {
        lock (gate)
        {
            var version = written.Metadata.ResourceVersion;
            if (!synced || !ResourceVersions.IsNewer(version, resourceVersion))
                return null;
            var key = written.Key;
            var old = objects.GetValueOrDefault(key);
            if (old is not null && !ResourceVersions.IsNewer(version, old.Metadata.ResourceVersion))
                return null;
            var result = new CacheChange<T>(old, written, false);
            Reindex_NeedsLock(result);
            objects[key] = written;
            ahead.Add(key);
            return result;
        }
    }

    /// <summary>An event that is older than the answer to a write of our own says nothing new.</summary>
    private bool IsOlder(T current, T old) =>
        ahead.Contains(old.Key) && ResourceVersions.IsNewer(old.Metadata.ResourceVersion, current.Metadata.ResourceVersion);

    private static bool Same(T old, T current) =>
        old.Metadata.Uid == current.Metadata.Uid && old.Metadata.ResourceVersion == current.Metadata.ResourceVersion;

    private void Reindex_NeedsLock(CacheChange<T> change)
    {
        foreach (var index in indexes.Values)
        {
            if (change.Old is { } old)
                index.Remove(old);
            if (change.New is { } current)
                index.Add(current);
        }
    }
}

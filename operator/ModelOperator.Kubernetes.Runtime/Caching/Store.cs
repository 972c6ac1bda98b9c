using System.Text.Json.Serialization.Metadata;
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
    private Dictionary<NamespacedName, CachedObject<T>> objects = [];
    private Func<NamespacedName, T, CachedObject<T>> hold = static (_, entity) => new WholeObject<T>(entity);
    private string resourceVersion = "";
    private string lastNamespace = "";
    private bool packs;
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
        CachedObject<T>? found;
        lock (gate)
            found = objects.GetValueOrDefault(key);
        return found?.Read();
    }

    /// <summary>UID and version of an object, or null; reads no object.</summary>
    /// <param name="key">Key.</param>
    internal (string? Uid, string? Version)? Mark(NamespacedName key)
    {
        lock (gate)
            return objects.TryGetValue(key, out var found) ? (found.Uid, found.Version) : null;
    }

    /// <inheritdoc/>
    public T? Get(string namespaceName, string name) => Get(new NamespacedName(namespaceName, name));

    /// <inheritdoc/>
    public IReadOnlyList<T> List(string? namespaceName = null)
    {
        lock (gate)
            return new CachedList<T>([.. Of_NeedsLock(namespaceName)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> Find(string index, string value)
    {
        CachedObject<T>[] found;
        lock (gate)
            found = [.. Index_NeedsLock(index).Keys(value).Select(key => objects[key])];
        return [.. found.Select(static entity => entity.Read())];
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> CountBy(string index)
    {
        lock (gate)
            return Index_NeedsLock(index).Counts();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Uids(string? namespaceName = null)
    {
        lock (gate)
            return [.. Of_NeedsLock(namespaceName).Select(static entity => entity.Uid ?? "")];
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
                data.Add(entity.Key, entity.Read());
        }
    }

    /// <summary>Keeps the objects packed that a condition names; nothing happens when a condition was given before.</summary>
    /// <param name="type">JSON contract of the kind.</param>
    /// <param name="seldomRead">Condition.</param>
    internal void Pack(JsonTypeInfo<T> type, Func<T, bool> seldomRead)
    {
        lock (gate)
        {
            if (packs)
                return;
            packs = true;
            var packer = new ObjectPacker<T>(type);
            hold = (key, entity) => seldomRead(entity) ? packer.Pack(key, entity) : new WholeObject<T>(entity);
        }
    }

    /// <summary>An object of a list as the cache will hold it. What is cached already in this version is the same, so that a list costs no second copy of it.</summary>
    /// <param name="item">Object of a list.</param>
    /// <param name="enter">Drops what nobody reads.</param>
    internal CachedObject<T> Hold(T item, Func<T, T> enter)
    {
        CachedObject<T>? known;
        NamespacedName key;
        lock (gate)
        {
            known = objects.GetValueOrDefault(item.Key);
            key = known?.Key ?? Shared_NeedsLock(item.Key);
        }

        return known?.Is(item.Metadata) == true ? known : hold(key, enter(item));
    }

    /// <summary>Replaces everything by a whole list.</summary>
    /// <param name="items">The whole list, complete.</param>
    /// <param name="version">Version of the list.</param>
    /// <returns>What changed, with a deletion for each object that vanished unseen; packed objects are unpacked one by one as the changes are read.</returns>
    internal IEnumerable<CacheChange<T>> Replace(IReadOnlyCollection<CachedObject<T>> items, string version)
    {
        var next = new Dictionary<NamespacedName, CachedObject<T>>(items.Count);
        foreach (var item in items)
            next[item.Key] = item;
        lock (gate)
        {
            var initial = !synced;
            ahead.RemoveWhere(key => !ResourceVersions.IsNewer(objects[key].Version, version));
            foreach (var key in ahead)
                next[key] = objects[key];

            var changes = new List<(CachedObject<T>? Old, CachedObject<T>? New)>();
            foreach (var (key, entity) in next)
            {
                var old = objects.GetValueOrDefault(key);
                if (old != entity && (old is null || old.Uid != entity.Uid || old.Version != entity.Version))
                    changes.Add((old, entity));
            }

            changes.AddRange(objects.Where(pair => !next.ContainsKey(pair.Key)).Select(static pair => ((CachedObject<T>?)pair.Value, (CachedObject<T>?)null)));
            foreach (var (old, current) in changes)
                Reindex_NeedsLock(old?.Key ?? current!.Key, old?.Read(), current?.Read());
            objects = next;
            resourceVersion = version;
            synced = true;
            return changes.Select(change => new CacheChange<T>(change.Old?.Read(), change.New?.Read(), initial && change.New is not null));
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
            var old = objects.GetValueOrDefault(entity.Key);
            var key = old?.Key ?? Shared_NeedsLock(entity.Key);
            var gone = change.Type == WatchEventType.Deleted;
            if (gone ? old is null : old is not null && IsOlder(entity, old))
                return null;
            ahead.Remove(key);
            if (!gone && old?.Is(entity.Metadata) == true)
                return null;
            var before = old?.Read();
            Reindex_NeedsLock(key, before, gone ? null : entity);
            if (gone)
                objects.Remove(key);
            else
                objects[key] = hold(key, entity);
            return gone ? new CacheChange<T>(entity, null, false) : new CacheChange<T>(before, entity, false);
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
            var old = objects.GetValueOrDefault(written.Key);
            var key = old?.Key ?? Shared_NeedsLock(written.Key);
            if (old is not null && !ResourceVersions.IsNewer(version, old.Version))
                return null;
            var before = old?.Read();
            Reindex_NeedsLock(key, before, written);
            objects[key] = hold(key, written);
            ahead.Add(key);
            return new CacheChange<T>(before, written, false);
        }
    }

    /// <summary>A key with the text of the last one's namespace where that is the same: a list comes by namespaces, and each object of it brings a text of its own.</summary>
    private NamespacedName Shared_NeedsLock(NamespacedName key) =>
        key with { Namespace = lastNamespace = key.Namespace == lastNamespace ? lastNamespace : key.Namespace };

    /// <summary>An event that is older than the answer to a write of our own says nothing new.</summary>
    private bool IsOlder(T current, CachedObject<T> old) =>
        ahead.Contains(old.Key) && ResourceVersions.IsNewer(old.Version, current.Metadata.ResourceVersion);

    private IEnumerable<CachedObject<T>> Of_NeedsLock(string? namespaceName) =>
        namespaceName is null ? objects.Values : objects.Values.Where(entity => entity.Key.Namespace == namespaceName);

    private StoreIndexData<T> Index_NeedsLock(string index) =>
        indexes.TryGetValue(index, out var data) ? data : throw new KeyNotFoundException($"the cache of {typeof(T).Name} has no index {index}");

    private void Reindex_NeedsLock(NamespacedName key, T? old, T? current)
    {
        foreach (var index in indexes.Values)
        {
            if (old is not null)
                index.Remove(key, old);
            if (current is not null)
                index.Add(key, current);
        }
    }
}

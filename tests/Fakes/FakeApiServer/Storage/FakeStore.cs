using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Owners = System.Collections.Immutable.ImmutableDictionary<ModelOperator.Fakes.ManagerKey, System.Collections.Immutable.ImmutableHashSet<string>>;

namespace ModelOperator.Fakes;

/// <summary>All objects, one version counter, one lock. Reads and the commit; the rules of writes are in FakeStore.Writes.</summary>
internal sealed partial class FakeStore(FakeApiServerOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FakeResource, ResourceTable> _tables = [];
    private readonly Dictionary<string, (ImmutableSortedDictionary<string, StoredObject> Objects, long Version)> _snapshots = [];
    private readonly FieldTree _tree = new(options.ListKeys);
    private long _version = 100;
    private long _uids;
    private long _names;

    /// <summary>The newest version; every watcher's queue holds the events up to it.</summary>
    internal long Version
    {
        get
        {
            lock (_lock)
                return _version;
        }
    }

    internal void Register(FakeResource resource)
    {
        lock (_lock)
            _tables.Add(resource, new ResourceTable(resource, options.HistoryLimit));
    }

    internal StoredObject? Find(FakeResource resource, string? namespaceName, string name)
    {
        lock (_lock)
            return _tables[resource].Objects.GetValueOrDefault(StoredObject.KeyOf(namespaceName, name));
    }

    internal IReadOnlyList<StoredObject> All(FakeResource resource)
    {
        lock (_lock)
            return [.. _tables[resource].Objects.Values];
    }

    /// <summary>A consistent view of one resource, and a token under which it can be found again.</summary>
    internal (ImmutableSortedDictionary<string, StoredObject> Objects, long Version) Snapshot(FakeResource resource)
    {
        lock (_lock)
            return (_tables[resource].Objects, _version);
    }

    internal void KeepSnapshot(string token, ImmutableSortedDictionary<string, StoredObject> objects, long version)
    {
        lock (_lock)
            _snapshots[token] = (objects, version);
    }

    internal (ImmutableSortedDictionary<string, StoredObject> Objects, long Version)? FindSnapshot(string token)
    {
        lock (_lock)
            return _snapshots.TryGetValue(token, out var found) ? found : null;
    }

    internal void ExpireSnapshots()
    {
        lock (_lock)
            _snapshots.Clear();
    }

    internal ChannelReader<StoreEvent> Watch(FakeResource resource, long? since)
    {
        lock (_lock)
            return _tables[resource].Watch(since, _version);
    }

    internal void Unwatch(FakeResource resource, ChannelReader<StoreEvent> reader)
    {
        lock (_lock)
            _tables[resource].Unwatch(reader);
    }

    internal int Watchers(FakeResource resource)
    {
        lock (_lock)
            return _tables[resource].Watchers;
    }

    /// <summary>Forgets the history: watches from any older version answer 410.</summary>
    internal void Compact()
    {
        lock (_lock)
        {
            _version++; // as on a busy server: every version handed out so far is now too old
            foreach (var table in _tables.Values)
                table.Compact(_version);
        }
    }

    private StoredObject Commit(FakeResource resource, string type, JsonObject json, StoredObject? old, Owners owners)
    {
        var version = ++_version;
        var metadata = json["metadata"]!.AsObject();
        metadata["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        metadata.Remove("managedFields");
        if (!owners.IsEmpty)
            metadata["managedFields"] = Render(owners, resource.ApiVersion);
        var stored = new StoredObject(resource, json, version, owners);
        _tables[resource].Record(new StoreEvent(version, type, stored, old));
        return stored;
    }

    private static JsonArray Render(Owners owners, string apiVersion) => [.. owners.Keys
        .OrderBy(k => k.Manager, StringComparer.Ordinal)
        .Select(k => new JsonObject
        {
            ["manager"] = k.Manager,
            ["operation"] = k.Operation,
            ["apiVersion"] = apiVersion,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = new JsonObject(),
            ["subresource"] = k.Subresource.Length > 0 ? k.Subresource : null,
        })];

    private string Now() => options.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

public sealed class StoreTests
{
    private readonly Store<V1Widget> _store = new();

    [Fact]
    public void Absence_means_nothing_before_the_first_list()
    {
        Assert.False(_store.HasSynced);
        _store.Replace([], "1");
        Assert.True(_store.HasSynced);
    }

    [Fact]
    public void Replace_tells_what_was_added_changed_and_gone_and_nothing_else()
    {
        _store.Replace([New("same"), New("changed"), New("gone")], "1");
        var changes = _store.Replace([New("same"), New("changed", version: "2"), New("added")], "2");
        Assert.Equal(
            ["changed:change", "added:add", "gone:delete"],
            changes.Select(c => $"{c.Latest.Metadata.Name}:{(c.Old is null ? "add" : c.New is null ? "delete" : "change")}"));
        Assert.Equal("2", _store.ResourceVersion);
    }

    [Fact]
    public void A_recreated_object_of_the_same_version_text_is_a_change()
    {
        _store.Replace([New("one", uid: "u1")], "1");
        Assert.Single(_store.Replace([New("one", uid: "u2")], "2"));
    }

    [Fact]
    public void Indexes_follow_adds_changes_and_deletions()
    {
        _store.AddIndex(StoreIndex<V1Widget>.ByLabel("run"));
        _store.Replace([New("one", owner: "o1", run: "r1"), New("two", owner: "o1", run: "r2")], "1");
        Assert.Equal(["one", "two"], Names(_store.Find(StoreIndexes.OwnerUid, "o1")));
        Assert.Equal(["one"], Names(_store.Find(StoreIndexes.Label("run"), "r1")));
        _store.Apply(new WatchEvent<V1Widget>(WatchEventType.Modified, New("one", version: "2", owner: "o2", run: "r2"), "2"));
        Assert.Equal(["two"], Names(_store.Find(StoreIndexes.OwnerUid, "o1")));
        Assert.Equal(["one", "two"], Names(_store.Find(StoreIndexes.Label("run"), "r2")));
        _store.Apply(new WatchEvent<V1Widget>(WatchEventType.Deleted, New("one", version: "3", owner: "o2", run: "r2"), "3"));
        Assert.Empty(_store.Find(StoreIndexes.OwnerUid, "o2"));
    }

    [Fact]
    public void An_unknown_index_is_an_error_and_not_an_empty_answer() =>
        Assert.Throws<KeyNotFoundException>(() => _store.Find("typo", "x"));

    [Fact]
    public void A_repeated_event_changes_nothing()
    {
        _store.Replace([New("one")], "1");
        Assert.Null(_store.Apply(new WatchEvent<V1Widget>(WatchEventType.Modified, New("one"), "1")));
        Assert.Null(_store.Apply(new WatchEvent<V1Widget>(WatchEventType.Deleted, New("never seen"), "2")));
    }

    [Fact]
    public void Lists_are_by_namespace()
    {
        _store.Replace([New("one"), New("two") with { Metadata = new() { Name = "two", NamespaceProperty = "other" } }], "1");
        Assert.Equal(["two"], Names(_store.List("other")));
        Assert.Equal(2, _store.List().Count);
    }

    private static IEnumerable<string> Names(IEnumerable<V1Widget> widgets) => widgets.Select(w => w.Metadata.Name).Order(StringComparer.Ordinal);

    private static V1Widget New(string name, string version = "1", string uid = "u", string? owner = null, string? run = null) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            NamespaceProperty = "ns",
            Uid = uid + name,
            ResourceVersion = version,
            OwnerReferences = owner is null ? null : [new() { Uid = owner, Kind = "X", Name = "x", ApiVersion = "v1", Controller = true }],
            Labels = run is null ? null : new() { ["run"] = run },
        },
    };
}

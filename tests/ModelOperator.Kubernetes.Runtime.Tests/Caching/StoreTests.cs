using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

public class StoreTests
{
    private readonly Store<V1Widget> _store = new();

    public StoreTests()
    {
    }

    /// <summary>For a store that packs.</summary>
    protected StoreTests(Func<V1Widget, bool> seldomRead) => _store.Pack(Kinds.Widgets.Type, seldomRead);

    [Fact]
    public void Absence_means_nothing_before_the_first_list()
    {
        Assert.False(_store.HasSynced);
        Replace([], "1");
        Assert.True(_store.HasSynced);
    }

    [Fact]
    public void Replace_tells_what_was_added_changed_and_gone_and_nothing_else()
    {
        Replace([New("same"), New("changed"), New("gone")], "1");
        var changes = Replace([New("same"), New("changed", version: "2"), New("added")], "2");
        Assert.Equal(
            ["changed:change", "added:add", "gone:delete"],
            changes.Select(c => $"{c.Latest.Metadata.Name}:{(c.Old is null ? "add" : c.New is null ? "delete" : "change")}"));
        Assert.Equal("2", _store.ResourceVersion);
    }

    [Fact]
    public void A_recreated_object_of_the_same_version_text_is_a_change()
    {
        Replace([New("one", uid: "u1")], "1");
        Assert.Single(Replace([New("one", uid: "u2")], "2"));
    }

    [Fact]
    public void Indexes_follow_adds_changes_and_deletions()
    {
        _store.AddIndex(StoreIndex<V1Widget>.ByLabel("run"));
        Replace([New("one", owner: "o1", run: "r1"), New("two", owner: "o1", run: "r2")], "1");
        Assert.Equal(["one", "two"], Names(_store.Find(StoreIndexes.OwnerUid, "o1")));
        Assert.Equal(["one"], Names(_store.Find(StoreIndexes.Label("run"), "r1")));
        _store.Apply(new WatchEvent<V1Widget>(WatchEventType.Modified, New("one", version: "2", owner: "o2", run: "r2"), "2"));
        Assert.Equal(["two"], Names(_store.Find(StoreIndexes.OwnerUid, "o1")));
        Assert.Equal(["one", "two"], Names(_store.Find(StoreIndexes.Label("run"), "r2")));
        _store.Apply(new WatchEvent<V1Widget>(WatchEventType.Deleted, New("one", version: "3", owner: "o2", run: "r2"), "3"));
        Assert.Empty(_store.Find(StoreIndexes.OwnerUid, "o2"));
    }

    [Fact]
    public void An_index_follows_however_many_objects_come_and_go_under_one_value()
    {
        Replace([], "0");
        var all = Enumerable.Range(10, 20).Select(static i => $"w{i}").ToList();
        var version = 0;
        List<string> there = [];
        // Twice up and down, the second time from the other end: few and many go over into each other.
        foreach (var order in new[] { all, [.. all.AsEnumerable().Reverse()] })
        {
            foreach (var name in order)
                See(WatchEventType.Added, name);
            foreach (var name in order)
                See(WatchEventType.Deleted, name);
        }

        void See(WatchEventType type, string name)
        {
            var text = $"{++version}";
            _store.Apply(new WatchEvent<V1Widget>(type, New(name, version: text, owner: "o"), text));
            if (type == WatchEventType.Added)
                there.Add(name);
            else
                there.Remove(name);
            Assert.Equal(there.Order(), Names(_store.Find(StoreIndexes.OwnerUid, "o")).Order());
        }
    }

    [Fact]
    public void An_unknown_index_is_an_error_and_not_an_empty_answer() =>
        Assert.Throws<KeyNotFoundException>(() => _store.Find("typo", "x"));

    [Fact]
    public void A_repeated_event_changes_nothing()
    {
        Replace([New("one")], "1");
        Assert.Null(_store.Apply(new WatchEvent<V1Widget>(WatchEventType.Modified, New("one"), "1")));
        Assert.Null(_store.Apply(new WatchEvent<V1Widget>(WatchEventType.Deleted, New("never seen"), "2")));
    }

    [Fact]
    public void Lists_are_by_namespace()
    {
        Replace([New("one"), New("two") with { Metadata = new() { Name = "two", NamespaceProperty = "other" } }], "1");
        Assert.Equal(["two"], Names(_store.List("other")));
        Assert.Equal(2, _store.List().Count);
    }

    [Fact]
    public void The_answer_to_an_own_write_is_there_at_once_and_its_echo_changes_nothing()
    {
        Replace([New("one", version: "5")], "5");
        Assert.NotNull(_store.Merge(New("one", version: "8")));
        Assert.NotNull(_store.Merge(New("two", version: "9")));
        Assert.Null(_store.Merge(New("one", version: "7")));
        Assert.Null(_store.Apply(Event(WatchEventType.Modified, New("one", version: "6"))));
        Assert.Null(_store.Apply(Event(WatchEventType.Modified, New("one", version: "8"))));
        Assert.Null(_store.Apply(Event(WatchEventType.Added, New("two", version: "9"))));
        Assert.Equal("8", _store.Get("ns", "one")!.Metadata.ResourceVersion);
        Assert.NotNull(_store.Apply(Event(WatchEventType.Modified, New("one", version: "10"))));
    }

    [Fact]
    public void An_answer_that_the_watch_has_passed_does_not_bring_a_deleted_object_back()
    {
        Replace([], "5");
        _store.Apply(Event(WatchEventType.Added, New("one", version: "6")));
        _store.Apply(Event(WatchEventType.Deleted, New("one", version: "7")));
        Assert.Null(_store.Merge(New("one", version: "6")));
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void A_deletion_ends_an_object_that_an_answer_showed_first()
    {
        Replace([], "5");
        _store.Merge(New("one", version: "6"));
        Assert.NotNull(_store.Apply(Event(WatchEventType.Deleted, New("one", version: "7"))));
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void A_list_keeps_answers_that_are_newer_than_it_and_nothing_else()
    {
        Replace([New("kept", version: "5"), New("seen", version: "5")], "5");
        _store.Merge(New("kept", version: "9"));
        _store.Merge(New("made", version: "9"));
        _store.Merge(New("old", version: "6"));
        _store.Apply(Event(WatchEventType.Modified, New("seen", version: "9")));
        Replace([New("kept", version: "5")], "7");
        Assert.Equal(["kept", "made"], Names(_store.List()));
        Assert.Equal("9", _store.Get("ns", "kept")!.Metadata.ResourceVersion);
    }

    [Fact]
    public void Answers_with_versions_that_are_no_numbers_wait_for_the_watch()
    {
        Replace([], "abc");
        Assert.Null(_store.Merge(New("one", version: "abd")));
    }

    [Theory]
    [InlineData("a=1", true)]
    [InlineData("a=1,b=2", true)]
    [InlineData("a=1, b=2", true)]
    [InlineData("a==1", null)]
    [InlineData("a!=1", null)]
    [InlineData("a=2", false)]
    [InlineData("c=1", false)]
    [InlineData("a in (1)", null)]
    [InlineData("a", true)]
    [InlineData("a=1,b", true)]
    [InlineData("a=1,c", false)]
    [InlineData("!c", null)]
    public void Selectors_of_equalities_are_judged_and_others_are_left_to_the_server(string selector, bool? selected) =>
        Assert.Equal(selected, LabelEqualities.Holds(selector, new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }));

    [Fact]
    public void An_index_counts_what_it_files_and_the_uids_are_those_of_a_namespace()
    {
        _store.AddIndex(StoreIndex<V1Widget>.ByLabel("run"));
        Replace([New("one", run: "r1"), New("two", run: "r1"), New("three", run: "r2"), New("none")], "1");
        _store.Apply(Event(WatchEventType.Modified, New("three", version: "2", run: "r1")));
        Assert.Equal(new Dictionary<string, int> { ["r1"] = 3 }, _store.CountBy(StoreIndexes.Label("run")));
        Assert.Equal(["unone", "uone", "uthree", "utwo"], _store.Uids("ns").Order(StringComparer.Ordinal));
        Assert.Empty(_store.Uids("other"));
        Assert.Throws<KeyNotFoundException>(() => _store.CountBy("typo"));
    }

    [Fact]
    public void A_list_that_brings_a_known_version_again_costs_no_second_copy()
    {
        Replace([New("one")], "1");
        var known = Hold(New("one"));
        Assert.Same(known, Hold(New("one")));
        Assert.NotSame(known, Hold(New("one", version: "2")));
        Assert.NotSame(known, Hold(New("one", uid: "other")));
    }

    private CachedObject<V1Widget> Hold(V1Widget widget) => _store.Hold(widget, static entity => entity);

    private IEnumerable<CacheChange<V1Widget>> Replace(V1Widget[] widgets, string version) => _store.Replace([.. widgets.Select(Hold)], version);

    private static WatchEvent<V1Widget> Event(WatchEventType type, V1Widget widget) => new(type, widget, widget.Metadata.ResourceVersion!);

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

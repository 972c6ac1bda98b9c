using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Plans;

public sealed class PlanExecutorTests : HostTest
{
    private const string Finalizer = "modeloperator.io/widget";

    private readonly EntityDescriptor<V1ConfigMap> _maps = KubernetesDescriptors.ConfigMaps;

    [Fact]
    public async Task A_plan_is_carried_out_and_doing_it_again_writes_nothing()
    {
        var executor = await ReadyAsync();
        var plan = new Plan<WidgetStatus>(
            [Intent.Ensure(_maps, Map("child", "a")), Intent.Ensure(KubernetesDescriptors.Pods, Pod("pod"), EnsureMode.CreateOnly)],
            new WidgetStatus { Phase = "Running", Attempts = 1, Conditions = Conditions.Set(null, "Ready", false, "Running", "runs", 1, DateTimeOffset.UnixEpoch) },
            [EventNote.Normal("Started", "started")],
            TimeSpan.FromSeconds(30));
        var result = await executor.ApplyAsync(Cached(), plan, Token);
        Assert.Equal(ReconciliationResult.RequeueAfter(TimeSpan.FromSeconds(30)), result);
        var child = Server.Find("configmaps", Space, "child")!;
        var owner = Assert.Single(child["metadata"]!["ownerReferences"]!.AsArray())!;
        Assert.Equal((Uid(), true, "Widget"), ((string)owner["uid"]!, (bool)owner["controller"]!, (string)owner["kind"]!));
        Assert.Equal("Running", Phase());
        Assert.Equal(["widget-room", "widget-room", "widget-room-status"], Server.Writes.Where(w => w.Resource != "events").Select(w => w.FieldManager).Order());
        await EventuallyAsync(() => Server.All("events").Count == 1, "the event, which is written in the background");
        await CaughtUpAsync();
        Server.ClearRequests();
        await executor.ApplyAsync(Cached(), plan with { Events = [] }, Token);
        await executor.ApplyAsync(Cached(), plan with { Events = [] }, Token);
        Assert.Empty(Server.Writes);
    }

    [Fact]
    public async Task A_second_process_that_never_saw_the_first_writes_writes_nothing_either()
    {
        var plan = new Plan<WidgetStatus>([Intent.Ensure(_maps, Map("child", "a"))], new WidgetStatus { Phase = "Running" }, [], null);
        await (await ReadyAsync()).ApplyAsync(Cached(), plan, Token);
        await CaughtUpAsync();
        Server.ClearRequests();
        await NewExecutor().ApplyAsync(Cached(), plan, Token);
        Assert.Empty(Server.Writes);
    }

    [Fact]
    public async Task What_was_found_right_is_looked_at_again_when_it_changes_or_something_else_is_wanted()
    {
        await (await ReadyAsync()).ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", "a"))), Token);
        await CaughtUpAsync();
        var executor = NewExecutor();
        async Task<string?> AfterAsync(string wanted)
        {
            await executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", wanted))), Token);
            await CaughtUpAsync();
            return (string?)Server.Find("configmaps", Space, "child")!["data"]!["key"];
        }

        Assert.Equal("a", await AfterAsync("a"));
        Server.Change("configmaps", Space, "child", live => live["data"]!["key"] = "drifted");
        await CaughtUpAsync();
        Assert.Equal("a", await AfterAsync("a"));
        Assert.Equal("b", await AfterAsync("b"));
        Assert.Equal("a", await AfterAsync("a"));
        Server.ClearRequests();
        Assert.Equal("a", await AfterAsync("a"));
        Assert.Empty(Server.Writes);
    }

    [Fact]
    public async Task Fields_of_others_stay_ours_are_repaired_and_what_we_no_longer_want_goes()
    {
        var executor = await ReadyAsync();
        var wide = Map("child", "a");
        wide.Metadata.Labels = new() { ["keep"] = "1", ["drop"] = "1" };
        await executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, wide)), Token);
        Server.Change("configmaps", Space, "child", live =>
        {
            live["data"]!["foreign"] = "stays";
            live["data"]!["key"] = "drifted";
        });
        var narrow = Map("child", "a");
        narrow.Metadata.Labels = new() { ["keep"] = "1" };
        await CaughtUpAsync();
        await executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, narrow)), Token);
        var child = Server.Find("configmaps", Space, "child")!;
        Assert.Equal(("a", "stays"), ((string?)child["data"]!["key"], (string?)child["data"]!["foreign"]));
        Assert.Equal(["keep"], child["metadata"]!["labels"]!.AsObject().Select(l => l.Key));
    }

    [Theory]
    [InlineData(EnsureMode.Apply)]
    [InlineData(EnsureMode.CreateOnly)]
    [InlineData(EnsureMode.Replace)]
    public async Task A_namesake_of_somebody_else_is_never_touched(EnsureMode mode)
    {
        var executor = await ReadyAsync();
        Server.Add("configmaps", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "child", ["namespace"] = Space }, ["data"] = new JsonObject { ["theirs"] = "1" } });
        var conflict = await Assert.ThrowsAsync<NameConflictException>(() => executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", "a"), mode)), Token));
        Assert.Equal(("ConfigMap", new NamespacedName(Space, "child")), (conflict.Kind, conflict.Key));
        Assert.Equal("""{"theirs":"1"}""", Server.Find("configmaps", Space, "child")!["data"]!.ToJsonString());
        await EventuallyAsync(() => Server.All("events").Any(e => (string?)e["reason"] == "NameConflict"), "the event");
    }

    [Fact]
    public async Task A_child_of_an_earlier_incarnation_of_the_same_name_is_a_namesake()
    {
        var executor = await ReadyAsync();
        var old = Cached();
        await executor.ApplyAsync(old, Only(Intent.Ensure(_maps, Map("child", "a"))), Token);
        Server.Delete("widgets", Space, "one");
        AddWidget("one");
        await EventuallyAsync(() => Caches.For(Kinds.Widgets).Get(Space, "one") is { } now && now.Metadata.Uid != old.Metadata.Uid, "the new incarnation");
        await Assert.ThrowsAsync<NameConflictException>(() => executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", "b"))), Token));
    }

    [Fact]
    public async Task An_object_that_is_only_created_is_not_changed_afterwards()
    {
        var executor = await ReadyAsync();
        await executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", "a"), EnsureMode.CreateOnly)), Token);
        await executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", "b"), EnsureMode.CreateOnly)), Token);
        Assert.Equal("a", (string?)Server.Find("configmaps", Space, "child")!["data"]!["key"]);
    }

    [Fact]
    public async Task An_object_that_is_replaced_is_created_without_a_question_and_changed_only_when_it_differs()
    {
        var executor = await ReadyAsync();
        Server.ClearRequests();
        await executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", "a"), EnsureMode.Replace)), Token);
        Assert.Equal(["create"], Server.Requests.Where(r => r.Resource == "configmaps").Select(r => r.Verb));
        await CaughtUpAsync();
        Server.ClearRequests();
        await NewExecutor().ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", "a"), EnsureMode.Replace)), Token);
        Assert.DoesNotContain(Server.Writes, w => w.StatusCode < 300);
        await executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", "b"), EnsureMode.Replace)), Token);
        Assert.Equal("""{"key":"b"}""", Server.Find("configmaps", Space, "child")!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task What_was_written_is_in_the_cache_before_the_watch_brings_it()
    {
        Server.Inject(new Fault(r => r is { Verb: "watch", Resource: "widgets" }, FaultKind.SilentWatch));
        var executor = await ReadyAsync();
        await executor.ApplyAsync(Cached(), Plan<WidgetStatus>.Steady(new WidgetStatus { Phase = "Running" }), Token);
        Assert.Equal("Running", Cached().Status?.Phase);
    }

    [Fact]
    public async Task An_unowned_object_is_made_without_owner_and_shared()
    {
        var executor = await ReadyAsync();
        Server.Add("configmaps", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shared", ["namespace"] = Space } });
        await executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("shared", "a"), owned: false)), Token);
        Assert.Null(Server.Find("configmaps", Space, "shared")!["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task A_create_whose_answer_was_lost_is_recognised_as_ours()
    {
        var executor = await ReadyAsync();
        Server.Inject(new Fault(r => r is { Verb: "create", Resource: "pods" }, FaultKind.CutAfter) { Times = 1 });
        var plan = Only(Intent.Ensure(KubernetesDescriptors.Pods, Pod("pod"), EnsureMode.CreateOnly));
        await Assert.ThrowsAnyAsync<Exception>(() => executor.ApplyAsync(Cached(), plan, Token));
        Assert.Equal(ReconciliationResult.Done, await executor.ApplyAsync(Cached(), plan, Token));
        Assert.Single(Server.All("pods"));
    }

    [Fact]
    public async Task A_removal_is_bound_to_the_incarnation_and_not_repeated()
    {
        var executor = await ReadyAsync();
        Server.Add("configmaps", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "old", ["namespace"] = Space, ["finalizers"] = new JsonArray("x/y") } });
        await EventuallyAsync(() => Caches.Peek(_maps, new NamespacedName(Space, "old")) is not null, "the cache");
        var seen = Caches.Peek(_maps, new NamespacedName(Space, "old"))!;
        await executor.ApplyAsync(Cached(), Only(Intent.Remove(_maps, seen)), Token);
        await EventuallyAsync(() => Caches.Peek(_maps, new NamespacedName(Space, "old"))!.IsDeleting, "the deletion mark");
        Server.ClearRequests();
        await executor.ApplyAsync(Cached(), Only(Intent.Remove(_maps, seen)), Token);
        Assert.Empty(Server.Writes);
        var other = seen with { Metadata = seen.Metadata with { Uid = "00000000-0000-0000-0000-000000000000", Name = "unseen" } };
        Server.Add("secrets", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "unseen", ["namespace"] = Space } });
        var secret = new V1Secret { Metadata = other.Metadata };
        await executor.ApplyAsync(Cached(), Only(Intent.Remove(KubernetesDescriptors.Secrets, secret)), Token);
        Assert.NotNull(Server.Find("secrets", Space, "unseen"));
    }

    [Fact]
    public async Task An_annotation_is_set_beside_those_of_others_once_and_never_on_a_successor()
    {
        var executor = await ReadyAsync();
        Server.Change("widgets", Space, "one", live => live["metadata"]!["annotations"] = new JsonObject { ["theirs"] = "1" });
        await EventuallyAsync(() => Cached().Metadata.Annotations?.Count == 1, "the foreign annotation");
        var spec = Server.Find("widgets", Space, "one")!["spec"]?.ToJsonString();
        await executor.ApplyAsync(Cached(), Only(Intent.Annotate(Kinds.Widgets, Cached(), "ours", "2")), Token);
        var live = Server.Find("widgets", Space, "one")!;
        Assert.Equal("""{"theirs":"1","ours":"2"}""", live["metadata"]!["annotations"]!.ToJsonString());
        Assert.Equal(spec, live["spec"]?.ToJsonString());
        await EventuallyAsync(() => Cached().Metadata.Annotations!.Count == 2, "the annotation");
        Server.ClearRequests();
        await executor.ApplyAsync(Cached(), Only(Intent.Annotate(Kinds.Widgets, Cached(), "ours", "2")), Token);
        Assert.Empty(Server.Writes);
        var dead = Cached() with { Metadata = Cached().Metadata with { Uid = Guid.NewGuid().ToString() } };
        var result = await executor.ApplyAsync(Cached(), Only(Intent.Annotate(Kinds.Widgets, dead, "ours", "3")), Token);
        Assert.Equal(ReconciliationOutcome.RequeueAfter, result.Outcome);
        Assert.Equal("2", (string?)Server.Find("widgets", Space, "one")!["metadata"]!["annotations"]!["ours"]);
        var gone = Cached() with { Metadata = Cached().Metadata with { Name = "never" } };
        await executor.ApplyAsync(Cached(), Only(Intent.Annotate(Kinds.Widgets, gone, "ours", "3")), Token);
    }

    [Fact]
    public async Task A_patch_that_meets_another_state_than_it_was_decided_on_changes_nothing_and_is_decided_again()
    {
        var executor = await ReadyAsync();
        static JsonArray Where(string path, string value) =>
        [
            new JsonObject { ["op"] = "test", ["path"] = path, ["value"] = value },
            new JsonObject { ["op"] = "add", ["path"] = "/metadata/annotations", ["value"] = new JsonObject { ["ours"] = "1" } },
        ];
        var wrong = await executor.ApplyAsync(Cached(), Only(Intent.Patch(Kinds.Widgets, Cached(), Where("/metadata/name", "two"))), Token);
        Assert.Equal(ReconciliationOutcome.RequeueAfter, wrong.Outcome);
        var dead = Cached() with { Metadata = Cached().Metadata with { Uid = Guid.NewGuid().ToString() } };
        Assert.Equal(ReconciliationOutcome.RequeueAfter, (await executor.ApplyAsync(Cached(), Only(Intent.Patch(Kinds.Widgets, dead, Where("/metadata/name", "one"))), Token)).Outcome);
        var gone = Cached() with { Metadata = Cached().Metadata with { Name = "never" } };
        await executor.ApplyAsync(Cached(), Only(Intent.Patch(Kinds.Widgets, gone, Where("/metadata/name", "one"))), Token);
        Assert.Null(Server.Find("widgets", Space, "one")!["metadata"]!["annotations"]?["ours"]);
        await executor.ApplyAsync(Cached(), Only(Intent.Patch(Kinds.Widgets, Cached(), Where("/metadata/name", "one"))), Token);
        Assert.Equal("1", (string?)Server.Find("widgets", Space, "one")!["metadata"]!["annotations"]!["ours"]);
    }

    [Fact]
    public async Task Finalizers_are_added_and_removed_one_by_one()
    {
        var executor = await ReadyAsync();
        await executor.ApplyAsync(Cached(), Only(Intent.AddFinalizer(Kinds.Widgets, Cached(), Finalizer)), Token);
        await EventuallyAsync(() => Cached().HasFinalizer(Finalizer), "the finalizer");
        Server.Change("widgets", Space, "one", live => live["metadata"]!["finalizers"]!.AsArray().Insert(0, "foreign/one"));
        await EventuallyAsync(() => Cached().Metadata.Finalizers!.Count == 2, "the foreign finalizer");
        Server.ClearRequests();
        await executor.ApplyAsync(Cached(), Only(Intent.AddFinalizer(Kinds.Widgets, Cached(), Finalizer)), Token);
        Assert.Empty(Server.Writes);
        await executor.ApplyAsync(Cached(), Only(Intent.RemoveFinalizer(Kinds.Widgets, Cached(), Finalizer)), Token);
        Assert.Equal(["foreign/one"], Server.Find("widgets", Space, "one")!["metadata"]!["finalizers"]!.AsArray().Select(f => (string?)f));
    }

    [Fact]
    public async Task A_finalizer_that_moved_is_not_mistaken_for_another()
    {
        var executor = await ReadyAsync();
        await executor.ApplyAsync(Cached(), Only(Intent.AddFinalizer(Kinds.Widgets, Cached(), Finalizer)), Token);
        await EventuallyAsync(() => Cached().HasFinalizer(Finalizer), "the finalizer");
        var stale = Cached();
        Server.Change("widgets", Space, "one", live => live["metadata"]!["finalizers"]!.AsArray().Insert(0, "foreign/one"));
        var result = await executor.ApplyAsync(stale, Only(Intent.RemoveFinalizer(Kinds.Widgets, stale, Finalizer)), Token);
        Assert.Equal(ReconciliationOutcome.RequeueAfter, result.Outcome);
        Assert.Equal(2, Server.Find("widgets", Space, "one")!["metadata"]!["finalizers"]!.AsArray().Count);
    }

    [Fact]
    public async Task Status_first_persists_before_the_first_intent()
    {
        var executor = await ReadyAsync();
        Server.Inject(new Fault(r => r.IsWrite && r.Resource == "configmaps", FaultKind.Status) { Code = 500 });
        var plan = Only(Intent.Ensure(_maps, Map("child", "a"))) with { Status = new WidgetStatus { Attempts = 1 } };
        await Assert.ThrowsAsync<KubernetesException>(() => executor.ApplyAsync(Cached(), plan, Token));
        Assert.Null(Server.Find("widgets", Space, "one")!["status"]);
        await Assert.ThrowsAsync<KubernetesException>(() => executor.ApplyAsync(Cached(), plan with { StatusFirst = true }, Token));
        Assert.Equal(1, (int?)Server.Find("widgets", Space, "one")!["status"]!["attempts"]);
    }

    [Fact]
    public async Task A_status_field_that_is_no_longer_wanted_vanishes()
    {
        var executor = await ReadyAsync();
        await executor.ApplyAsync(Cached(), Plan<WidgetStatus>.Steady(new WidgetStatus { Phase = "Running", Attempts = 2 }), Token);
        await EventuallyAsync(() => Cached().Status?.Attempts == 2, "the cache");
        await executor.ApplyAsync(Cached(), Plan<WidgetStatus>.Steady(new WidgetStatus { Phase = "Done" }), Token);
        Assert.Equal("""{"phase":"Done"}""", Server.Find("widgets", Space, "one")!["status"]!.ToJsonString());
    }

    [Fact]
    public async Task A_swap_on_a_stale_version_writes_nothing_and_comes_again()
    {
        await ReadyAsync();
        var executor = NewExecutor(StatusWrite.CompareAndSwap);
        var stale = Cached();
        Paint("one", "blue");
        var result = await executor.ApplyAsync(stale, Plan<WidgetStatus>.Steady(new WidgetStatus { Phase = "Lost" }), Token);
        Assert.Equal(ReconciliationResult.RequeueAfter(TimeSpan.FromSeconds(1)), result);
        Assert.Null(Phase());
        await EventuallyAsync(() => Cached().Spec!.Color == "blue", "the cache");
        await executor.ApplyAsync(Cached(), Plan<WidgetStatus>.Steady(new WidgetStatus { Phase = "Won" }), Token);
        Assert.Equal("Won", Phase());
    }

    [Fact]
    public async Task Another_objects_status_is_replaced_only_on_the_version_that_was_seen()
    {
        var executor = await ReadyAsync();
        AddWidget("ledger");
        await EventuallyAsync(() => Caches.For(Kinds.Widgets).Get(Space, "ledger") is not null, "the cache");
        var seen = Caches.For(Kinds.Widgets).Get(Space, "ledger")!;
        var hold = Only(Intent.ReplaceStatus(Kinds.Widgets, seen, seen with { Status = new WidgetStatus { Attempts = 7 } }));
        await executor.ApplyAsync(Cached(), hold, Token);
        Assert.Equal(7, (int?)Server.Find("widgets", Space, "ledger")!["status"]!["attempts"]);
        Assert.Equal(ReconciliationOutcome.RequeueAfter, (await executor.ApplyAsync(Cached(), hold, Token)).Outcome);
        Server.ClearRequests();
        await executor.ApplyAsync(Cached(), Only(Intent.ReplaceStatus(Kinds.Widgets, seen, seen with { })), Token);
        Assert.Empty(Server.Writes);
    }

    [Fact]
    public async Task The_status_of_an_object_that_is_gone_or_reborn_is_not_written()
    {
        var executor = await ReadyAsync();
        var old = Cached();
        Server.Delete("widgets", Space, "one");
        Assert.Equal(ReconciliationResult.Done, await executor.ApplyAsync(old, Plan<WidgetStatus>.Steady(new WidgetStatus { Phase = "Ghost" }), Token));
        AddWidget("one");
        Assert.Equal(ReconciliationOutcome.RequeueAfter, (await executor.ApplyAsync(old, Plan<WidgetStatus>.Steady(new WidgetStatus { Phase = "Ghost" }), Token)).Outcome);
        Assert.Null(Phase());
    }

    [Fact]
    public async Task A_status_after_a_finalizer_of_the_same_pass_is_written_at_once()
    {
        var executor = await ReadyAsync();
        var plan = Only(Intent.AddFinalizer(Kinds.Widgets, Cached(), Finalizer)) with { Status = new WidgetStatus { Phase = "Running" } };
        Assert.Equal(ReconciliationResult.Done, await executor.ApplyAsync(Cached(), plan, Token));
        Assert.Equal("Running", Phase());
    }

    [Fact]
    public async Task An_apply_that_was_decided_on_a_dead_child_does_not_touch_its_successor()
    {
        var executor = await ReadyAsync();
        var ensure = Only(Intent.Ensure(_maps, Map("child", "a")));
        await executor.ApplyAsync(Cached(), ensure, Token);
        await CaughtUpAsync();
        var cut = Server.Inject(new Fault(r => r is { Verb: "watch", Resource: "configmaps" } or { Verb: "list", Resource: "configmaps" }, FaultKind.Status) { Code = 503 });
        Server.KillSwitch.Arm(1, KillPoint.BeforeWrite);
        await Assert.ThrowsAnyAsync<Exception>(() => Client.CreateAsync(_maps, Map("poke", "x"), null, Token));
        await EventuallyAsync(() => Server.Watchers("configmaps") == 0, "the end of the watch");
        Server.KillSwitch.Disarm();
        Server.Delete("configmaps", Space, "child");
        Server.Add("configmaps", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "child", ["namespace"] = Space }, ["data"] = new JsonObject { ["theirs"] = "1" } });
        var result = await executor.ApplyAsync(Cached(), Only(Intent.Ensure(_maps, Map("child", "b"))), Token);
        Assert.Equal(ReconciliationOutcome.RequeueAfter, result.Outcome);
        Assert.Equal("""{"theirs":"1"}""", Server.Find("configmaps", Space, "child")!["data"]!.ToJsonString());
        Server.Remove(cut);
    }

    [Fact]
    public async Task A_429_is_obeyed_and_a_500_is_an_error()
    {
        var executor = await ReadyAsync();
        Server.Inject(new Fault(r => r.IsWrite && r.Resource == "widgets", FaultKind.Status) { Code = 429, Reason = "TooManyRequests", RetryAfterSeconds = 7, Times = 1 });
        var plan = Plan<WidgetStatus>.Steady(new WidgetStatus { Phase = "Running" });
        Assert.Equal(ReconciliationResult.RequeueAfter(TimeSpan.FromSeconds(7)), await executor.ApplyAsync(Cached(), plan, Token));
        Server.ClearFaults();
        Server.Inject(new Fault(r => r.IsWrite && r.Resource == "widgets", FaultKind.Status) { Code = 500, Reason = "InternalError" });
        await Assert.ThrowsAsync<KubernetesException>(() => executor.ApplyAsync(Cached(), plan, Token));
    }

    // Crash safety: whatever write is cut off, before or after it happened, doing the plan again ends in the same state.
    [Theory]
    [InlineData(1, KillPoint.BeforeWrite)]
    [InlineData(1, KillPoint.BeforeReply)]
    [InlineData(2, KillPoint.BeforeWrite)]
    [InlineData(2, KillPoint.BeforeReply)]
    [InlineData(3, KillPoint.BeforeWrite)]
    [InlineData(3, KillPoint.BeforeReply)]
    public async Task A_crash_at_any_write_changes_no_outcome(int write, KillPoint point)
    {
        var executor = await ReadyAsync();
        var plan = new Plan<WidgetStatus>(
            [Intent.Ensure(_maps, Map("child", "a")), Intent.Ensure(KubernetesDescriptors.Pods, Pod("pod"), EnsureMode.CreateOnly)],
            new WidgetStatus { Phase = "Running" }, [], null);
        var entity = Cached();
        Server.KillSwitch.Arm(write, point);
        await Assert.ThrowsAnyAsync<Exception>(() => executor.ApplyAsync(entity, plan, Token));
        Server.KillSwitch.Disarm();
        await NewExecutor().ApplyAsync(entity, plan, Token);
        Assert.Single(Server.All("configmaps"));
        Assert.Single(Server.All("pods"));
        Assert.Equal("Running", Phase());
        Assert.Equal("a", (string?)Server.Find("configmaps", Space, "child")!["data"]!["key"]);
    }

    private static Plan<WidgetStatus> Only(Intent intent) => new([intent], null, ImmutableArray<EventNote>.Empty, null);

    private static V1ConfigMap Map(string name, string value) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space },
        Data = new() { ["key"] = value },
    };

    private static V1Pod Pod(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] },
    };

    private async Task<PlanExecutor<V1Widget, WidgetStatus>> ReadyAsync()
    {
        AddWidget("one");
        await StartAsync(more => more.Owns(KubernetesDescriptors.ConfigMaps));
        await EventuallyAsync(() => Health.NotReady().Count == 0, "readiness");
        Server.ClearRequests();
        return NewExecutor();
    }

    private PlanExecutor<V1Widget, WidgetStatus> NewExecutor(StatusWrite how = StatusWrite.Apply) =>
        new(PlanContext, Kinds.Widgets, WidgetJson.Default.WidgetStatus, "widget-room", how);

    private V1Widget Cached() => Caches.For(Kinds.Widgets).Get(Space, "one")!;

    private Task CaughtUpAsync() => EventuallyAsync(
        () => Caches.Informers.Count == 2
            && ResourceVersions.Includes(Caches.For(Kinds.Widgets).ResourceVersion, $"{Server.ResourceVersion}")
            && ResourceVersions.Includes(Caches.For(_maps).ResourceVersion, $"{Server.ResourceVersion}"),
        "the caches in step");

    private string Uid() => (string)Server.Find("widgets", Space, "one")!["metadata"]!["uid"]!;

    private string? Phase() => (string?)Server.Find("widgets", Space, "one")!["status"]?["phase"];
}

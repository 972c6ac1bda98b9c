using System.Collections.Concurrent;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

public class InformerTests : RuntimeTest
{
    private static readonly Func<FakeRequest, bool> Watches = r => r is { Verb: "watch", Resource: "widgets" };
    private static readonly Func<FakeRequest, bool> Lists = r => r is { Verb: "list", Resource: "widgets" };
    private static readonly Func<FakeRequest, bool> Everything = r => r.Resource == "widgets";

    [Fact]
    public async Task It_lists_all_pages_and_follows_the_watch()
    {
        for (var i = 0; i < 7; i++)
            AddWidget($"w{i}");
        var informer = NewInformer(Quick with { PageSize = 3 });
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the first list");
            Assert.Equal(7, informer.Store.Count);
            Assert.Equal(3, Requests("list"));
            AddWidget("new");
            Paint("w0", "blue");
            Server.Delete("widgets", Space, "w1");
            await EventuallyAsync(() => informer.Store.Get(Space, "new") is not null && ColorOf(informer.Store, "w0") == "blue" && informer.Store.Get(Space, "w1") is null, "three events");
            Assert.Equal(3, Requests("list"));
        });
    }

    [Fact]
    public async Task An_object_deleted_while_disconnected_is_told_as_deleted()
    {
        AddWidget("stays");
        AddWidget("goes");
        var informer = NewInformer();
        var gone = new ConcurrentQueue<string>();
        informer.Subscribe(change =>
        {
            if (change.New is null)
                gone.Enqueue(change.Latest.Metadata.Name);
        });
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced && Server.Watchers("widgets") == 1, "the watch");
            await CutOffAsync();
            Server.Delete("widgets", Space, "goes");
            Server.Compact();
            Server.ClearFaults();
            await EventuallyAsync(() => informer.Store.Get(Space, "goes") is null, "the synthetic deletion");
            Assert.NotNull(informer.Store.Get(Space, "stays"));
            await EventuallyAsync(() => !gone.IsEmpty, "the call of the subscriber, which comes after the change of the store");
            Assert.Equal(["goes"], gone);
        });
    }

    [Fact]
    public async Task A_410_in_the_middle_of_a_watch_lists_again_and_keeps_serving_the_old_store()
    {
        AddWidget("one");
        Server.Inject(new Fault(Watches, FaultKind.WatchGone) { Times = 1, Delay = TimeSpan.FromMilliseconds(100) });
        var informer = NewInformer();
        var sawEmpty = false;
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the first list");
            await EventuallyAsync(
                () =>
                {
                    sawEmpty |= informer.Store.Count == 0;
                    return Requests("list") == 2 && Server.Watchers("widgets") == 1;
                },
                "the second list");
            Assert.False(sawEmpty);
            Paint("one", "blue");
            await EventuallyAsync(() => ColorOf(informer.Store, "one") == "blue", "an event after the relist");
        });
    }

    [Fact]
    public async Task A_compacted_history_lists_again()
    {
        AddWidget("one");
        var informer = NewInformer();
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced && Server.Watchers("widgets") == 1, "the watch");
            await CutOffAsync();
            Paint("one", "blue");
            AddWidget("two");
            Server.Compact();
            Server.ClearFaults();
            await EventuallyAsync(() => ColorOf(informer.Store, "one") == "blue" && informer.Store.Count == 2, "the relist");
        });
    }

    [Fact]
    public async Task A_410_on_a_continue_token_starts_over_and_never_tells_false_deletions()
    {
        for (var i = 0; i < 10; i++)
            AddWidget($"w{i}");
        var fault = Server.Inject(new Fault(r => Lists(r) && r.Query.ContainsKey("continue"), FaultKind.Status) { Code = 410, Reason = "Expired", Times = 1 });
        var informer = NewInformer(Quick with { PageSize = 3 });
        var deletions = 0;
        informer.Subscribe(change => deletions += change.New is null ? 1 : 0);
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the whole list");
            Assert.Equal(10, informer.Store.Count);
            Assert.Equal(1, fault.Hits);
            Assert.Equal(0, deletions);
        });
    }

    [Fact]
    public async Task Continue_tokens_that_always_expire_do_not_keep_it_from_listing()
    {
        for (var i = 0; i < 10; i++)
            AddWidget($"w{i}");
        Server.Inject(new Fault(r => Lists(r) && r.Query.ContainsKey("continue"), FaultKind.Status) { Code = 410, Reason = "Expired" });
        var informer = NewInformer(Quick with { PageSize = 3 });
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the list at once");
            Assert.Equal(10, informer.Store.Count);
        });
    }

    [Fact]
    public async Task A_silent_socket_is_given_up_and_what_was_missed_arrives()
    {
        AddWidget("one");
        Server.Inject(new Fault(Watches, FaultKind.SilentWatch) { Times = 1 });
        var informer = NewInformer(Quick with { WatchTimeout = TimeSpan.FromSeconds(1) }, client: NewClient(watchGrace: TimeSpan.FromMilliseconds(200)));
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced && Requests("watch") > 0, "the silent watch");
            Paint("one", "blue");
            await EventuallyAsync(() => ColorOf(informer.Store, "one") == "blue", "the event over the next watch");
            Assert.Equal(1, Requests("list"));
        });
    }

    [Fact]
    public async Task A_garbage_line_reconnects_from_the_last_version_without_a_list()
    {
        AddWidget("one");
        Server.Inject(new Fault(Watches, FaultKind.GarbageWatchLine) { Times = 1 });
        var informer = NewInformer();
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => Requests("watch") >= 2, "the second watch");
            Paint("one", "blue");
            await EventuallyAsync(() => ColorOf(informer.Store, "one") == "blue", "the event");
            Assert.Equal(1, Requests("list"));
        });
    }

    [Fact]
    public async Task Garbage_twice_in_the_same_place_lists_again()
    {
        AddWidget("one");
        Server.Inject(new Fault(Watches, FaultKind.GarbageWatchLine) { Times = 2 });
        var informer = NewInformer();
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => Requests("list") == 2 && Server.Watchers("widgets") == 1, "the list after the second garbage");
            Paint("one", "blue");
            await EventuallyAsync(() => ColorOf(informer.Store, "one") == "blue", "the event");
        });
    }

    [Fact]
    public async Task A_server_that_closes_every_50_ms_loses_no_event_and_is_not_hammered()
    {
        Server.Inject(new Fault(Watches, FaultKind.CloseWatchAfter) { Delay = TimeSpan.FromMilliseconds(50) });
        var informer = NewInformer();
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the first list");
            var started = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < 200; i++)
            {
                AddWidget($"w{i}");
                await Task.Delay(5, Token);
            }

            await EventuallyAsync(() => informer.Store.Count == 200, "all events over many sessions");
            Assert.Equal(1, Requests("list"));
            await EventuallyAsync(() => Requests("watch") >= 3, "several sessions");
            // A session lasts 50 ms: there is no room for more of them than this, however slow the machine is.
            Assert.InRange(Requests("watch"), 0, (int)(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds / 50) + 10);
        });
    }

    [Fact]
    public async Task A_stream_cut_in_the_middle_of_a_line_resumes()
    {
        Server.Inject(new Fault(Watches, FaultKind.CutWatchAfter) { Delay = TimeSpan.FromMilliseconds(100), Times = 3 });
        var informer = NewInformer();
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the first list");
            for (var i = 0; i < 50; i++)
            {
                AddWidget($"w{i}");
                await Task.Delay(10, Token);
            }

            await EventuallyAsync(() => informer.Store.Count == 50, "all events");
        });
    }

    [Fact]
    public async Task A_watch_that_is_cut_after_a_healthy_session_is_followed_by_the_next_at_once()
    {
        Server.Inject(new Fault(Watches, FaultKind.CutWatchAfter) { Delay = TimeSpan.FromMilliseconds(20), Times = 3 });
        var informer = NewInformer(Quick with { HealthySession = TimeSpan.Zero, BackOff = new(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 0) });
        await RunningAsync(informer, () => EventuallyAsync(() => Requests("watch") >= 4, "the fourth watch"));
    }

    [Fact]
    public async Task Bookmarks_alone_move_the_version_to_resume_from()
    {
        AddWidget("one");
        var bookmarks = Server.Inject(new Fault(Watches, FaultKind.BookmarkOnly) { Times = 1 });
        var informer = NewInformer();
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the first list");
            var listed = informer.Store.ResourceVersion;
            for (var i = 0; i < 5; i++)
                Server.Add("configmaps", new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = $"other-{i}", ["namespace"] = Space } });
            await EventuallyAsync(() => long.Parse(informer.Store.ResourceVersion, null) >= long.Parse(listed, null) + 5, "a bookmark beyond the list");
            Assert.Equal(1, bookmarks.Hits);
            Assert.Equal(1, Requests("list"));
            await EventuallyAsync(() => informer.Silent < TimeSpan.FromSeconds(5), "a sign of life");
        });
    }

    [Fact]
    public async Task A_429_with_retry_after_delays_and_does_not_kill()
    {
        AddWidget("one");
        var fault = Server.Inject(new Fault(Everything, FaultKind.Status) { Code = 429, Reason = "TooManyRequests", RetryAfterSeconds = 1, Times = 3 });
        var informer = NewInformer();
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the list after three refusals");
            Assert.Equal(3, fault.Hits);
            Assert.Equal(1, informer.Store.Count);
        });
    }

    [Fact]
    public async Task After_five_minutes_of_outage_nothing_is_lost()
    {
        var time = new FakeTimeProvider();
        for (var i = 0; i < 20; i++)
            AddWidget($"w{i}");
        var informer = NewInformer(new InformerOptions { WatchTimeout = TimeSpan.FromMinutes(4) }, time);
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced && Server.Watchers("widgets") == 1, "the watch");
            await CutOffAsync(FaultKind.CutBefore);
            var before = Server.Requests.Count;
            for (var second = 0; second < 300; second++)
            {
                Paint($"w{second % 20}", $"c{second}");
                time.Advance(TimeSpan.FromSeconds(1));
                // Its time stands still while it tries.
                await EventuallyAsync(() => time.Armed > 0, "the pause before the next try");
            }

            Server.Delete("widgets", Space, "w19");
            AddWidget("new");
            Assert.InRange(Server.Requests.Count - before, 5, 60);
            Assert.Equal(20, informer.Store.Count);
            Server.ClearFaults();
            await EventuallyAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                    return informer.Store.Get(Space, "new") is not null;
                },
                "the recovery");
            for (var i = 0; i < 19; i++)
                Assert.Equal($"c{280 + i}", ColorOf(informer.Store, $"w{i}"));
            Assert.Null(informer.Store.Get(Space, "w19"));
        });
    }

    [Fact]
    public async Task A_kind_that_does_not_exist_yet_is_waited_for()
    {
        var fault = Server.Inject(new Fault(Lists, FaultKind.Status) { Code = 404, Reason = "NotFound" });
        var informer = NewInformer();
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => fault.Hits > 2, "several tries");
            Assert.False(informer.HasSynced);
            Server.ClearFaults();
            await EventuallyAsync(() => informer.HasSynced, "the first list");
        });
    }

    [Fact]
    public async Task Fields_that_no_model_knows_survive_a_round_trip_through_the_cache()
    {
        var body = Widget("one");
        body["spec"]!["future"] = new System.Text.Json.Nodes.JsonObject { ["deep"] = 7 };
        Server.Add("widgets", body);
        var informer = NewInformer();
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the first list");
            var cached = informer.Store.Get(Space, "one")!;
            await Client.ReplaceAsync(Kinds.Widgets, cached with { Spec = cached.Spec! with { Color = "blue" } }, null, Token);
            Assert.Equal(7, (int)Server.Find("widgets", Space, "one")!["spec"]!["future"]!["deep"]!);
            Assert.Equal("blue", (string)Server.Find("widgets", Space, "one")!["spec"]!["color"]!);
        });
    }

    [Fact]
    public async Task A_selector_that_no_longer_matches_removes_the_object()
    {
        var body = Widget("one");
        body["metadata"]!["labels"] = new System.Text.Json.Nodes.JsonObject { ["mine"] = "yes" };
        Server.Add("widgets", body);
        AddWidget("foreign");
        var informer = NewInformer(cache: new CacheOptions<V1Widget> { LabelSelector = "mine=yes" });
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.Store.Count == 1, "the one that matches");
            Server.Change("widgets", Space, "one", live => live["metadata"]!["labels"] = null);
            await EventuallyAsync(() => informer.Store.Count == 0, "its removal");
        });
    }

    [Fact]
    public async Task A_subscriber_that_throws_does_not_stop_the_cache()
    {
        AddWidget("one");
        var informer = NewInformer();
        informer.Subscribe(_ => throw new InvalidOperationException("a broken map"));
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "the first list");
            AddWidget("two");
            await EventuallyAsync(() => informer.Store.Count == 2, "the event");
        });
    }

    private async Task CutOffAsync(FaultKind kind = FaultKind.Status)
    {
        Server.Inject(new Fault(Everything, kind) { Code = 503, Reason = "ServiceUnavailable" });
        // Ends the watches that are open now, as a server that goes down does.
        Server.KillSwitch.Arm(1, KillPoint.BeforeReply, r => r.Resource == "configmaps");
        try
        {
            await Client.CreateAsync(KubernetesDescriptors.ConfigMaps, new V1ConfigMap { Metadata = new() { Name = "poke", NamespaceProperty = Space } }, null, Token);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or TimeoutException)
        {
            // As wanted.
        }

        await EventuallyAsync(() => Server.Watchers("widgets") == 0, "the end of the watch");
        Server.KillSwitch.Disarm();
    }
}

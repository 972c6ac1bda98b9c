using System.Text.Json.Nodes;
using ModelOperator.Fakes;

namespace ModelOperator.Kubernetes.Tests;

public sealed class WatchTests : ClientTest
{
    private static readonly EntityDescriptor<V1ConfigMap> Maps = KubernetesDescriptors.ConfigMaps;

    [Fact]
    public async Task Changes_after_the_version_arrive_in_order()
    {
        await CreateMapsAsync(2);
        var list = await Client.ListAllAsync(Maps, "default", null, Token);
        Server.Change("configmaps", "default", "map-000", o => o["data"]!["key"] = "2");
        Server.Delete("configmaps", "default", "map-001");
        Server.Add("configmaps", Json("new"));
        var seen = await TakeAsync(Watch(list.Metadata.ResourceVersion), 3);
        Assert.Equal(
            [(WatchEventType.Modified, "map-000"), (WatchEventType.Deleted, "map-001"), (WatchEventType.Added, "new")],
            seen.Select(e => (e.Type, e.Object!.Metadata.Name)));
        Assert.All(seen, e => Assert.Equal(e.ResourceVersion, e.Object!.Metadata.ResourceVersion));
    }

    [Fact]
    public async Task Bookmarks_surface_the_newest_version_without_an_object()
    {
        var list = await Client.ListAllAsync(Maps, "default", null, Token);
        Server.Add("secrets", Json("elsewhere"));
        var mark = Assert.Single(await TakeAsync(Watch(list.Metadata.ResourceVersion), 1));
        Assert.Equal((WatchEventType.Bookmark, null), (mark.Type, mark.Object));
        Assert.Equal(Server.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture), mark.ResourceVersion);
    }

    [Fact]
    public async Task A_version_that_is_too_old_is_gone()
    {
        await CreateMapsAsync(1);
        var list = await Client.ListAllAsync(Maps, "default", null, Token);
        Server.Compact();
        var e = await Assert.ThrowsAsync<KubernetesException>(() => TakeAsync(Watch(list.Metadata.ResourceVersion), 1));
        Assert.True(e.IsGone);
    }

    [Fact]
    public async Task An_ERROR_event_in_the_middle_is_thrown_after_the_events_before_it()
    {
        await CreateMapsAsync(1);
        Server.Inject(new Fault(r => r.Verb == "watch", FaultKind.WatchGone) { Delay = TimeSpan.FromMilliseconds(300) });
        var seen = new List<string>();
        var e = await Assert.ThrowsAsync<KubernetesException>(async () =>
        {
            await foreach (var next in Client.WatchAsync(Maps, "default", null, new WatchOptions { AllowBookmarks = false }, Token))
                seen.Add(next.Object!.Metadata.Name);
        });
        Assert.True(e.IsGone);
        Assert.Equal(["map-000"], seen);
    }

    [Fact]
    public async Task A_line_that_is_no_event_is_a_typed_error()
    {
        Server.Inject(new Fault(r => r.Verb == "watch", FaultKind.GarbageWatchLine));
        await Assert.ThrowsAsync<WatchDecodeException>(() => TakeAsync(Watch(null), 1));
    }

    [Fact]
    public async Task The_end_of_a_watch_ends_the_loop_without_error()
    {
        Server.Inject(new Fault(r => r.Verb == "watch", FaultKind.CloseWatchAfter) { Delay = TimeSpan.FromMilliseconds(50) });
        Assert.DoesNotContain(await TakeAsync(Watch(null), int.MaxValue), e => e.Type != WatchEventType.Bookmark);
    }

    [Fact]
    public async Task A_cut_in_the_middle_of_a_line_is_an_IO_error()
    {
        Server.Inject(new Fault(r => r.Verb == "watch", FaultKind.CutWatchAfter) { Delay = TimeSpan.FromMilliseconds(100) });
        await Assert.ThrowsAnyAsync<IOException>(() => TakeAsync(Watch(null), int.MaxValue));
    }

    [Fact]
    public async Task A_silent_socket_is_given_up_after_the_timeout_and_the_grace()
    {
        Server.Inject(new Fault(r => r.Verb == "watch", FaultKind.SilentWatch));
        using var client = NewClient(ClientOptions with { WatchGrace = TimeSpan.FromMilliseconds(200) });
        await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(Maps, "default", null, new WatchOptions { Timeout = TimeSpan.FromMilliseconds(100) }, Token))
                Assert.Fail("nothing is sent");
        });
    }

    [Fact]
    public async Task A_hung_start_of_a_watch_ends_with_the_request_timeout()
    {
        Server.Inject(new Fault(r => r.Verb == "watch", FaultKind.Hang));
        using var client = NewClient(ClientOptions with { RequestTimeout = TimeSpan.FromMilliseconds(100) });
        await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(Maps, "default", null, null, Token))
                Assert.Fail("nothing is sent");
        });
    }

    [Fact]
    public async Task Timeouts_are_spread_over_240_to_480_seconds()
    {
        Server.Inject(new Fault(r => r.Verb == "watch", FaultKind.CloseWatchAfter));
        for (var i = 0; i < 20; i++)
            await TakeAsync(Watch(null), int.MaxValue);
        var seconds = Server.Requests.Select(r => int.Parse(r.Query["timeoutSeconds"], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.All(seconds, s => Assert.InRange(s, 240, 480));
        Assert.True(seconds.Distinct().Count() > 10);
    }

    [Fact]
    public async Task An_object_that_leaves_the_selection_is_deleted_for_the_watcher()
    {
        var labelled = Json("m");
        labelled["metadata"]!["labels"] = new JsonObject { ["a"] = "b" };
        Server.Add("configmaps", labelled);
        var version = Server.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Server.Change("configmaps", "default", "m", o => o["metadata"]!["labels"]!["a"] = "c");
        var watch = Client.WatchAsync(Maps, null, version, new WatchOptions { LabelSelector = "a=b", AllowBookmarks = false }, Token);
        Assert.Equal(WatchEventType.Deleted, Assert.Single(await TakeAsync(watch, 1)).Type);
    }

    [Fact]
    public async Task Cancelling_frees_the_watch_on_the_server()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var watch = Task.Run(async () =>
        {
            await foreach (var _ in Client.WatchAsync(Maps, "default", null, null, stop.Token))
                await stop.CancelAsync();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
        while (Server.Watchers("configmaps") > 0)
            await Task.Delay(10, Token);
    }

    [Fact]
    public async Task Many_large_events_pass_through_undamaged()
    {
        var big = new string('x', 100_000);
        for (var i = 0; i < 50; i++)
        {
            var map = Json($"big-{i:00}");
            map["data"]!["key"] = big + i;
            Server.Add("configmaps", map);
        }

        var seen = await TakeAsync(Watch(null), 50);
        Assert.All(seen, (e, i) => Assert.Equal(big + i, e.Object!.Data!["key"]));
    }

    private static JsonObject Json(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
        ["data"] = new JsonObject { ["key"] = "1" },
    };

    private IAsyncEnumerable<WatchEvent<V1ConfigMap>> Watch(string? version) => Client.WatchAsync(Maps, "default", version, null, Token);

    private static async Task<List<WatchEvent<V1ConfigMap>>> TakeAsync(IAsyncEnumerable<WatchEvent<V1ConfigMap>> watch, int count)
    {
        var seen = new List<WatchEvent<V1ConfigMap>>();
        await foreach (var next in watch)
        {
            seen.Add(next);
            if (seen.Count == count)
                break;
        }

        return seen;
    }
}

using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

public class OptionalInformerTests : RuntimeTest
{
    private static readonly CacheOptions<V1Widget> Optional = new() { OptionalVersions = ["v2", "v1"] };

    [Fact]
    public async Task The_first_version_that_is_served_is_listed_and_watched()
    {
        AddWidget("one");
        var informer = NewInformer(cache: Optional);
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced && Server.Watchers("widgets") == 1, "the watch");
            Assert.Equal("v1", informer.Served.Version);
            AddWidget("two");
            await EventuallyAsync(() => informer.Store.Count == 2, "an event");
        });
    }

    [Fact]
    public async Task A_kind_that_is_not_served_leaves_the_cache_empty_and_in_sync_until_it_comes_and_again_when_it_goes()
    {
        AddWidget("one");
        var absent = Server.Inject(new Fault(static r => r.Resource == "widgets", FaultKind.Status) { Code = 404, Reason = "NotFound" });
        var time = new FakeTimeProvider();
        var informer = NewInformer(cache: Optional, time: time);
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => informer.HasSynced, "an empty cache");
            Assert.Equal(0, informer.Store.Count);
            Server.Remove(absent);
            Server.Inject(new Fault(static r => r is { Verb: "watch", Resource: "widgets" }, FaultKind.CloseWatchAfter) { Delay = TimeSpan.FromMilliseconds(50) });
            await EventuallyAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(10));
                    return informer.Store.Count == 1;
                },
                "the object");
            Server.ClearFaults();
            Server.Inject(absent);
            await EventuallyAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(10));
                    return informer.Store.Count == 0;
                },
                "an empty cache again");
        });
    }
}

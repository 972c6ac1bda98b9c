using System.Runtime.CompilerServices;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Queueing;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

[Collection(AloneGroup.Name)]
public sealed class MemoryTests : RuntimeTest
{
    private static readonly Func<FakeRequest, bool> Watches = r => r is { Verb: "watch", Resource: "widgets" };

    [Fact]
    public async Task A_thousand_reconnects_leave_no_watch_behind_and_keep_the_heap_flat()
    {
        for (var i = 0; i < 100; i++)
            AddWidget($"w{i}");
        Server.Inject(new Fault(Watches, FaultKind.CloseWatchAfter) { Delay = TimeSpan.Zero });
        var informer = NewInformer(Quick with { BackOff = new(TimeSpan.FromMilliseconds(0.1), TimeSpan.FromMilliseconds(0.1), 0) });
        await RunningAsync(informer, async () =>
        {
            await EventuallyAsync(() => Requests("watch") > 100, "the first hundred");
            Server.ClearRequests();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await EventuallyAsync(() => Requests("watch") > 900, "nine hundred more");
            Server.ClearRequests();
            var after = GC.GetTotalMemory(forceFullCollection: true);
            Assert.InRange(after - before, long.MinValue, 4 * 1024 * 1024);
        });
        await EventuallyAsync(() => Server.Watchers("widgets") == 0, "no watch left");
    }

    [Fact]
    public void A_packed_object_costs_less_than_a_quarter_of_a_whole_one()
    {
        var (whole, packed) = (CostOf(static _ => false), CostOf(static _ => true));
        Assert.InRange(packed, 0, whole / 4);
    }

    [Fact]
    public void Ten_thousand_keys_added_again_and_again_cost_the_memory_of_ten_thousand()
    {
        var perKey = CostOf(static () =>
        {
            var queue = new WorkQueue("big", TimeProvider.System);
            for (var round = 0; round < 10; round++)
            {
                for (var i = 0; i < 10_000; i++)
                    queue.Add(new NamespacedName("ns", $"w{i}"), round % 2 == 0 ? QueuePriority.Low : QueuePriority.Normal);
            }

            Assert.Equal(10_000, queue.Depth);
            return queue;
        }) / 10_000.0;
        Assert.InRange(perKey, 0, 400);
    }

    /// <summary>Bytes that something keeps, in the middle of three looks: what the process lets go of meanwhile is not its.</summary>
    private static long CostOf(Func<object> make) => new[] { Look(make), Look(make), Look(make) }.Order().ElementAt(1);

    /// <summary>A method of its own: nothing of one look lives on in the frame of the next, which would then find that its own costs nothing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Look(Func<object> make)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var made = make();
        var cost = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(made);
        (made as IDisposable)?.Dispose();
        return cost;
    }

    private static double CostOf(Func<V1Widget, bool> seldomRead)
    {
        const int Widgets = 1000;
        return CostOf(() =>
        {
            var store = new Store<V1Widget>();
            store.Pack(Kinds.Widgets.Type, seldomRead);
            store.Replace([.. Enumerable.Range(0, Widgets).Select(i => store.Hold(Large(i), static entity => entity))], "1");
            Assert.Equal(Widgets, store.Count);
            return store;
        }) / (double)Widgets;
    }

    private static V1Widget Large(int number) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = $"w{number}",
            NamespaceProperty = "ns",
            Uid = $"00000000-0000-0000-0000-{number:000000000000}",
            ResourceVersion = $"{number}",
            Labels = Enumerable.Range(0, 40).ToDictionary(static i => $"key-{i}", i => $"the text that this label has in every object, and {number + i} of this one", StringComparer.Ordinal),
        },
    };
}

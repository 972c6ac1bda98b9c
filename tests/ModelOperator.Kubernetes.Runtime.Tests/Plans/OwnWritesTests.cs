using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Plans;

public sealed class OwnWritesTests : HostTest
{
    // The cache is held back while the controller writes: it must never decide again on the state before its own write.
    [Fact]
    public async Task A_pass_never_sees_a_state_older_than_its_own_write()
    {
        AddWidget("one");
        var attempts = new List<int>();
        PlanExecutor<V1Widget, WidgetStatus>? executor = null;
        Controller.Pass = async (widget, ct) =>
        {
            var next = (widget.Status?.Attempts ?? 0) + 1;
            lock (attempts)
                attempts.Add(next);
            if (next > 5)
                return ReconciliationResult.Done;
            await executor!.ApplyAsync(widget, Plan<WidgetStatus>.Steady(new WidgetStatus { Attempts = next }), ct);
            return ReconciliationResult.RequeueAfter(TimeSpan.Zero);
        };
        Server.Inject(new Fault(r => r is { Verb: "watch", Resource: "widgets" }, FaultKind.CloseWatchAfter) { Delay = TimeSpan.FromMilliseconds(1) });
        executor = await StartedAsync();
        await EventuallyAsync(() => Count() >= 6, "six passes");
        lock (attempts)
            Assert.Equal([1, 2, 3, 4, 5, 6], attempts.Take(6));

        int Count()
        {
            lock (attempts)
                return attempts.Count;
        }
    }

    [Theory]
    [InlineData("5", "5", true)]
    [InlineData("4", "5", false)]
    [InlineData("10", "9", true)]
    [InlineData("", "5", false)]
    [InlineData("x", "y", true)]
    [InlineData("5", null, true)]
    [InlineData(null, "5", false)]
    public void Versions_compare_as_numbers_and_unknown_ones_never_block(string? seen, string? written, bool included) =>
        Assert.Equal(included, ResourceVersions.Includes(seen, written));

    [Fact]
    public async Task Waiting_for_a_write_that_never_shows_ends_after_ten_seconds()
    {
        AddWidget("one");
        await StartAsync();
        await EventuallyAsync(() => Health.NotReady().Count == 0, "readiness");
        var time = new FakeTimeProvider();
        var writes = new OwnWrites(Caches, time);
        var key = new NamespacedName(Space, "one");
        var written = Caches.For(Kinds.Widgets).Get(key)!;
        writes.Record("widgets", key, Kinds.Widgets, written with { Metadata = written.Metadata with { ResourceVersion = "999999" } });
        Assert.True(writes.AreUnseen("widgets", key));
        time.Advance(TimeSpan.FromSeconds(10.1));
        Assert.False(writes.AreUnseen("widgets", key));
    }

    private async Task<PlanExecutor<V1Widget, WidgetStatus>> StartedAsync()
    {
        var started = new TaskCompletionSource<PlanExecutor<V1Widget, WidgetStatus>>();
        var pass = Controller.Pass;
        Controller.Pass = async (w, ct) =>
        {
            await started.Task;
            return await pass(w, ct);
        };
        await StartAsync();
        var executor = new PlanExecutor<V1Widget, WidgetStatus>(PlanContext, Kinds.Widgets, WidgetJson.Default.WidgetStatus, "widget-room");
        started.SetResult(executor);
        return executor;
    }
}

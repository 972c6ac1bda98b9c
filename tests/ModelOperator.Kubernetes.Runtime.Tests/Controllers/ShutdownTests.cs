using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Controllers;

public sealed class ShutdownTests : HostTest
{
    private static LeaseElectorOptions Lease(string identity) => new()
    {
        NamespaceName = Space,
        Name = "leader",
        Identity = identity,
        // Longer than any test may take: leading is lost only where a test wants it.
        Duration = TimeSpan.FromHours(2),
        RenewDeadline = TimeSpan.FromHours(1),
        Retry = TimeSpan.FromMilliseconds(100),
    };

    private string? Version => (string?)Server.Find("leases", Space, "leader")?["metadata"]?["resourceVersion"];

    private string? Holder => (string?)Server.Find("leases", Space, "leader")?["spec"]?["holderIdentity"];

    [Fact]
    public async Task Sigterm_during_a_write_lets_the_write_finish_and_releases_the_lease()
    {
        AddWidget("one");
        var writing = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        Controller.Pass = async (w, ct) =>
        {
            writing.TrySetResult();
            await go.Task.WaitAsync(ct);
            await Client.ReplaceAsync(Kinds.Widgets, w with { Spec = w.Spec! with { Color = "written" } }, null, ct);
            return ReconciliationResult.Done;
        };
        await StartAsync(lease: Lease("me"));
        await writing.Task.WaitAsync(Token);
        AddWidget("too-late");
        var stopping = StopAsync();
        Assert.Equal("me", Holder);
        go.SetResult();
        await stopping;
        Assert.Equal("written", (string?)Server.Find("widgets", Space, "one")!["spec"]!["color"]);
        Assert.Equal("", Holder);
        await EventuallyAsync(() => Server.Watchers("widgets") == 0, "the end of all watches");
        Assert.Empty(LostLeadership);
    }

    [Fact]
    public async Task Sigterm_during_a_write_that_hangs_cuts_it_off_and_releases_the_lease()
    {
        AddWidget("one");
        Server.Inject(new Fault(r => r.IsWrite && r.Resource == "widgets", FaultKind.Hang));
        Controller.Pass = async (w, ct) =>
        {
            await Client.ReplaceAsync(Kinds.Widgets, w, null, ct);
            return ReconciliationResult.Done;
        };
        await StartAsync(lease: Lease("me"), drain: TimeSpan.FromMilliseconds(200));
        await EventuallyAsync(() => Server.Requests.Any(r => r is { Verb: "update", Resource: "widgets" }), "the hanging write");
        await StopAsync();
        Assert.Equal("", Holder);
        await EventuallyAsync(() => Server.Watchers("widgets") == 0, "the end of all watches");
    }

    [Fact]
    public async Task A_lease_stolen_during_a_write_cancels_the_work_and_ends_the_process()
    {
        AddWidget("one");
        Controller.Pass = async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return ReconciliationResult.Done;
        };
        await StartAsync(lease: Lease("me"));
        await EventuallyAsync(() => Controller.PassesOf("one") == 1, "the pass under way");
        Server.Change("leases", Space, "leader", live => live["spec"]!["holderIdentity"] = "thief");
        await EventuallyAsync(() => LostLeadership.Count == 1, "the end");
        Assert.True(LostLeadership[0], "the workers had stopped");
        Assert.Equal("thief", Holder);
        AddWidget("two");
        await Task.Delay(200, Token);
        Assert.Equal(0, Controller.PassesOf("two"));
    }

    [Fact]
    public async Task An_api_server_that_is_gone_ends_leadership_after_the_deadline_and_not_before()
    {
        // Moved a little with every look, so that all looks of a wait together stay far from the deadline however slow the machine is.
        var time = new FakeTimeProvider();
        AddWidget("one");
        await StartAsync(lease: Lease("me"), time: time);
        await AdvancingAsync(() => Controller.PassesOf("one") == 1, "leading");
        var down = Server.Inject(new Fault(r => r.Resource == "leases", FaultKind.CutBefore));
        await AdvancingAsync(() => down.Hits >= 5, "renewals that fail");
        Assert.Empty(LostLeadership);
        Server.Remove(down);
        var last = Version;
        await AdvancingAsync(() => Version != last, "a renewal");
        Assert.Empty(LostLeadership);
        Server.Inject(new Fault(r => r.Resource == "leases", FaultKind.Hang));
        var renewed = time.GetUtcNow();
        await AdvancingAsync(() => LostLeadership.Count == 1, "the end", 300);
        // The last renewal that was answered began at most a try earlier.
        Assert.True(time.GetUtcNow() - renewed > TimeSpan.FromMinutes(30), $"lost after {time.GetUtcNow() - renewed}");

        Task AdvancingAsync(Func<bool> holds, string what, int steps = 1) => EventuallyAsync(
            () =>
            {
                time.Advance(steps * TimeSpan.FromMilliseconds(100));
                return holds();
            },
            what);
    }

    [Fact]
    public async Task A_stand_by_is_warm_and_works_only_after_it_leads()
    {
        AddWidget("one");
        Server.Add("leases", new()
        {
            ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "leader", ["namespace"] = Space },
            ["spec"] = new System.Text.Json.Nodes.JsonObject { ["holderIdentity"] = "other", ["leaseDurationSeconds"] = 3600 },
        });
        await StartAsync(lease: Lease("me"));
        await EventuallyAsync(() => Health.NotReady().Count == 0, "readiness while standing by");
        Assert.Empty(Controller.Passes);
        Server.Change("leases", Space, "leader", live => live["spec"]!["leaseDurationSeconds"] = 1);
        await EventuallyAsync(() => Controller.PassesOf("one") == 1, "the work after the takeover");
        Assert.Equal("me", Holder);
    }
}

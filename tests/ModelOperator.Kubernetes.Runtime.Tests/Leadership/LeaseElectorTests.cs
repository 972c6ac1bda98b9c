using System.Text.Json.Nodes;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Leadership;

public sealed class LeaseElectorTests : RuntimeTest
{
    private string? Holder => (string?)Server.Find("leases", Space, "leader")?["spec"]?["holderIdentity"];

    private int Transitions => (int?)Server.Find("leases", Space, "leader")?["spec"]?["leaseTransitions"] ?? -1;

    [Fact]
    public async Task Of_replicas_that_start_together_exactly_one_leads()
    {
        var active = 0;
        var most = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var all = Enumerable.Range(0, 5).Select(i => NewElector($"r{i}").RunAsync(
            async lost =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref active));
                using var end = CancellationTokenSource.CreateLinkedTokenSource(lost, stop.Token);
                await UntilAsync(end.Token);
                Interlocked.Decrement(ref active);
            },
            stop.Token)).ToArray();
        await EventuallyAsync(() => Volatile.Read(ref active) == 1, "one leader");
        await EventuallyAsync(() => Requests("update", "leases") >= 20, "many renewals");
        Assert.Equal(1, Volatile.Read(ref active));
        await stop.CancelAsync();
        await Task.WhenAll(all);
        Assert.Equal(1, most);
        Assert.Equal("", Holder);
    }

    [Fact]
    public async Task A_released_lease_is_taken_at_once_and_not_after_its_duration()
    {
        using var stopFirst = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var elector = NewElector("first");
        var first = elector.RunAsync(lost => UntilAsync(stopFirst.Token), stopFirst.Token);
        await EventuallyAsync(() => elector.IsLeading, "the first leader");
        using var stopSecond = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var second = NewElector("second").RunAsync(lost => UntilAsync(stopSecond.Token), stopSecond.Token);
        await Task.Delay(300, Token);
        Assert.Equal("first", Holder);
        await stopFirst.CancelAsync();
        await first;
        await EventuallyAsync(() => Holder == "second", "the second leader");
        Assert.Equal(2, Transitions + 1);
        await stopSecond.CancelAsync();
        await second;
    }

    [Fact]
    public async Task A_renewal_that_lands_during_the_release_does_not_keep_the_lease()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        // Its clock stands: no renewal of its own meets the fault.
        var elector = NewElector("me", time: new FakeTimeProvider());
        var running = elector.RunAsync(lost => UntilAsync(stop.Token), stop.Token);
        // Not as soon as the server has it: who is stopped before the answer has come gives nothing back.
        await EventuallyAsync(() => elector.IsLeading, "leading");
        var landed = Server.Inject(new Fault(r => r is { Verb: "update", Resource: "leases" }, FaultKind.Status) { Code = 409, Reason = "Conflict", Times = 1 });
        await stop.CancelAsync();
        await running;
        Assert.Equal((1, ""), (landed.Hits, Holder));
    }

    [Fact]
    public async Task A_lease_whose_holder_died_is_taken_after_it_stood_still_for_its_duration()
    {
        // The holder's wall clock is a year ahead: only what we watch ourselves counts.
        Server.Add("leases", Lease("dead", 1, renewTime: "2027-01-01T00:00:00.000000Z"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var started = TimeProvider.System.GetTimestamp();
        var running = NewElector("me").RunAsync(lost => UntilAsync(stop.Token), stop.Token);
        await EventuallyAsync(() => Holder == "me", "the takeover");
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(1));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_lease_that_is_renewed_is_never_taken()
    {
        Server.Add("leases", Lease("alive", 1));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow();
        var running = NewElector("me", time: time).RunAsync(lost => UntilAsync(stop.Token), stop.Token);
        // The holder and the candidate live by one clock: a process that stands still holds up both.
        await EventuallyAsync(
            () =>
            {
                if ((time.GetUtcNow() - start).TotalMilliseconds % 300 == 0)
                    Server.Change("leases", Space, "leader", live => live["spec"]!["renewTime"] = $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.ffffff}Z");
                time.Advance(TimeSpan.FromMilliseconds(20));
                return time.GetUtcNow() - start >= TimeSpan.FromSeconds(3) && Requests("get", "leases") >= 10;
            },
            "many looks over three seconds");
        Assert.Equal("alive", Holder);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_restart_under_the_same_identity_leads_at_once()
    {
        Server.Add("leases", Lease("me", 60));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var led = false;
        var running = NewElector("me").RunAsync(
            async lost =>
            {
                led = true;
                await UntilAsync(stop.Token);
            },
            stop.Token);
        await EventuallyAsync(() => led, "leading");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_stolen_lease_cancels_the_work_before_the_call_ends()
    {
        var ended = false;
        var running = NewElector("me").RunAsync(
            async lost =>
            {
                await UntilAsync(lost);
                ended = true;
            },
            Token);
        await EventuallyAsync(() => Holder == "me", "leading");
        Server.Change("leases", Space, "leader", live => live["spec"]!["holderIdentity"] = "thief");
        var lost = await Assert.ThrowsAsync<LeadershipLostException>(() => running);
        Assert.True(lost.Stopped);
        Assert.True(ended);
        Assert.Equal("thief", Holder);
    }

    [Fact]
    public async Task Work_that_ignores_its_cancellation_is_reported_and_not_waited_for_for_ever()
    {
        using var never = new CancellationTokenSource();
        var running = NewElector("me", seconds: 301).RunAsync(lost => UntilAsync(never.Token), Token);
        await EventuallyAsync(() => Holder == "me", "leading");
        Server.Change("leases", Space, "leader", live => live["spec"]!["holderIdentity"] = "thief");
        Assert.False((await Assert.ThrowsAsync<LeadershipLostException>(() => running)).Stopped);
        await never.CancelAsync();
    }

    [Fact]
    public async Task A_renewal_whose_answer_was_lost_does_not_end_leadership()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var elector = NewElector("me");
        var running = elector.RunAsync(lost => UntilAsync(stop.Token), stop.Token);
        await EventuallyAsync(() => elector.IsLeading, "leading");
        var cut = Server.Inject(new Fault(r => r is { Verb: "update", Resource: "leases" }, FaultKind.CutAfter) { Times = 3 });
        await EventuallyAsync(() => cut.Hits == 3, "three lost answers");
        await Task.Delay(500, Token);
        Assert.True(elector.IsLeading);
        await stop.CancelAsync();
        await running;
        Assert.Equal("", Holder);
    }

    [Fact]
    public async Task A_deleted_lease_is_made_anew_by_its_leader()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = NewElector("me").RunAsync(lost => UntilAsync(stop.Token), stop.Token);
        await EventuallyAsync(() => Holder == "me", "leading");
        Server.Delete("leases", Space, "leader");
        await EventuallyAsync(() => Holder == "me", "the lease again");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Leading_is_bound_by_time_even_when_nothing_else_runs()
    {
        var time = new FakeTimeProvider();
        var elector = NewElector("me", time: time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var release = new TaskCompletionSource();
        var running = elector.RunAsync(lost => release.Task, stop.Token);
        await EventuallyAsync(() => elector.IsLeading, "leading");
        Server.Inject(new Fault(r => r.Resource == "leases", FaultKind.Hang));
        time.Advance(TimeSpan.FromSeconds(300.1));
        Assert.False(elector.IsLeading);
        await EventuallyAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return running.IsCompleted;
            },
            "the end");
        await Assert.ThrowsAsync<LeadershipLostException>(() => running);
        release.SetResult();
    }

    [Fact]
    public async Task The_metric_tells_who_leads()
    {
        using var registry = new PrometheusRegistry(meter => ReferenceEquals(meter.Scope, Metrics));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = NewElector("me").RunAsync(lost => UntilAsync(stop.Token), stop.Token);
        await EventuallyAsync(() => registry.Write().Contains("leader_election_master_status{name=\"leader\"} 1", StringComparison.Ordinal), "1 while leading");
        await stop.CancelAsync();
        await running;
        Assert.Contains("leader_election_master_status{name=\"leader\"} 0", registry.Write(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15, 10, 2, true)]
    [InlineData(10, 10, 2, false)]
    [InlineData(15, 2, 2, false)]
    [InlineData(15, 10, 0, false)]
    public void Times_that_contradict_each_other_are_refused(int duration, int renew, int retry, bool valid)
    {
        var options = new LeaseElectorOptions
        {
            NamespaceName = "n",
            Name = "l",
            Identity = "i",
            Duration = TimeSpan.FromSeconds(duration),
            RenewDeadline = TimeSpan.FromSeconds(renew),
            Retry = TimeSpan.FromSeconds(retry),
        };
        Assert.Equal(valid, Record.Exception(options.Validate) is null);
    }

    private static JsonObject Lease(string holder, int seconds, string renewTime = "2026-01-01T00:00:00.000000Z") => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "leader", ["namespace"] = Space },
        ["spec"] = new JsonObject { ["holderIdentity"] = holder, ["leaseDurationSeconds"] = seconds, ["renewTime"] = renewTime, ["leaseTransitions"] = 0 },
    };

    private static async Task UntilAsync(CancellationToken end)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, end);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    // Longer than any test may take: leading is lost only where a test wants it.
    private LeaseElector NewElector(string identity, int seconds = 600, TimeProvider? time = null) => new(
        Client,
        new LeaseElectorOptions
        {
            NamespaceName = Space,
            Name = "leader",
            Identity = identity,
            Duration = TimeSpan.FromSeconds(seconds),
            RenewDeadline = TimeSpan.FromSeconds(300),
            Retry = TimeSpan.FromMilliseconds(100),
        },
        time ?? TimeProvider.System,
        Metrics,
        Silent<LeaseElector>());
}

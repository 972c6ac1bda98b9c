using FsCheck;
using FsCheck.Fluent;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>How many replicas there should be: tables and properties.</summary>
public sealed class CanaryAutoscalerTests
{
    private static readonly ServerAutoscale Ten = new() { MinReplicas = 1, MaxReplicas = 20, TargetInFlight = 10 };

    private static CanaryLoad Load(double concurrency, double? recent = null, int? peak = null, bool whole = true, bool answered = true) =>
        new() { Answered = answered, Whole = whole, Concurrency = concurrency, RecentConcurrency = recent ?? concurrency, Peak = peak };

    private static int Next(ServerAutoscale autoscale, int now, CanaryLoad load, double? since = null) =>
        CanaryAutoscaler.Next(autoscale, now, CanaryAutoscaler.Wanted(autoscale, now, load), load, since is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    [Theory]
    // A tenth more or less is nothing; more is the next whole replica.
    [InlineData(2, 20, 20, 2, 2)]
    [InlineData(2, 22, 22, 2, 2)]
    [InlineData(2, 22.1, 22.1, 2, 3)]
    [InlineData(2, 18, 18, 2, 2)]
    [InlineData(4, 21, 21, 3, 3)]
    // What was wanted meanwhile keeps them; nothing known keeps them too.
    [InlineData(4, 5, 5, 3, 3)]
    [InlineData(4, 5, 5, 4, 4)]
    [InlineData(4, 5, 5, null, 4)]
    [InlineData(4, 0, 0, 1, 1)]
    // At most twice as many or four more at once.
    [InlineData(1, 190, 190, 1, 5)]
    [InlineData(6, 190, 190, 6, 12)]
    [InlineData(16, 900, 900, 16, 20)]
    // The last seconds count when they show twice what there is, and not for a ripple.
    [InlineData(2, 10, 39, 2, 2)]
    [InlineData(2, 10, 40, 2, 4)]
    public void Load_makes_replicas(int now, double minute, double seconds, int? peak, int next) => Assert.Equal(next, Next(Ten, now, Load(minute, seconds, peak)));

    [Fact]
    public void Requests_per_second_and_requests_under_way_count_whichever_asks_for_more()
    {
        var both = Ten with { TargetRequestsPerSecond = 50 };
        Assert.Equal(3, CanaryAutoscaler.Wanted(both, 1, Load(11) with { RequestsPerSecond = 140 }));
        Assert.Equal(4, CanaryAutoscaler.Wanted(both, 1, Load(35) with { RequestsPerSecond = 140 }));
    }

    [Fact]
    public void Requests_that_wait_ask_for_as_many_as_they_need() => Assert.Equal(4, CanaryAutoscaler.Wanted(Ten, 1, Load(0) with { Held = 31 }));

    [Fact]
    public void A_rise_follows_the_one_before_only_after_a_while()
    {
        Assert.Equal(5, Next(Ten, 5, Load(190), 14));
        Assert.Equal(10, Next(Ten, 5, Load(190), 15));
    }

    [Fact]
    public void Bounds_that_are_changed_hold_at_once()
    {
        Assert.Equal(3, CanaryAutoscaler.Next(Ten with { MinReplicas = 3 }, 1, 1, null, null));
        Assert.Equal(2, CanaryAutoscaler.Next(Ten with { MaxReplicas = 2 }, 9, 9, Load(90), null));
    }

    [Fact]
    public void Replicas_stay_within_the_bounds_and_are_not_fewer_for_what_is_not_known() =>
        Prop.ForAll(Cases().ToArbitrary(), static c =>
        {
            var wanted = CanaryAutoscaler.Wanted(c.Autoscale, c.Now, c.Load);
            var next = CanaryAutoscaler.Next(c.Autoscale, c.Now, wanted, c.Load, null);
            Assert.InRange(next, Math.Max(1, c.Autoscale.MinReplicas), c.Autoscale.MaxReplicas);
            var known = c.Load is { Answered: true, Whole: true, Peak: not null };
            Assert.True(known || next >= Math.Min(c.Now, c.Autoscale.MaxReplicas), $"{c.Now} become {next} although nobody knows");
            Assert.True(next >= Math.Min(c.Now, c.Autoscale.MaxReplicas) || next >= c.Load.Peak, "fewer than were wanted a short while ago");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_load_that_stays_the_same_settles_and_stays() =>
        Prop.ForAll(Cases().ToArbitrary(), static c =>
        {
            var (replicas, changes, fell) = (Math.Clamp(c.Now, Math.Max(1, c.Autoscale.MinReplicas), c.Autoscale.MaxReplicas), 0, false);
            for (var i = 0; i < 400; i++)
            {
                // All the time the same is wanted, so that is the most.
                var load = c.Load with { Answered = true, Whole = true, RecentConcurrency = c.Load.Concurrency, RecentRequestsPerSecond = c.Load.RequestsPerSecond, Held = 0 };
                var wanted = CanaryAutoscaler.Wanted(c.Autoscale, replicas, load);
                var next = CanaryAutoscaler.Next(c.Autoscale, replicas, wanted, load with { Peak = wanted }, null);
                Assert.False(fell && next > replicas, "it rises after it has fallen");
                fell |= next < replicas;
                changes = next == replicas ? 0 : changes + 1;
                replicas = next;
            }

            Assert.Equal(0, changes);
        }).QuickCheckThrowOnFailure();

    private static Gen<(ServerAutoscale Autoscale, int Now, CanaryLoad Load)> Cases() =>
        from least in Gen.Choose(0, 5)
        from more in Gen.Choose(least == 0 ? 1 : 0, 30)
        from target in Gen.Choose(1, 20)
        from now in Gen.Choose(1, 40)
        from tenths in Gen.Choose(0, 5000)
        from recent in Gen.Choose(0, 5000)
        from held in Gen.Choose(0, 50)
        from peak in Gen.Choose(-1, 30)
        from flags in Gen.Choose(0, 3)
        select (
            new ServerAutoscale { MinReplicas = least, MaxReplicas = least + more, TargetInFlight = target },
            now,
            new CanaryLoad { Concurrency = tenths / 10.0, RecentConcurrency = recent / 10.0, Held = held, Peak = peak < 0 ? null : peak, Answered = (flags & 1) > 0, Whole = (flags & 2) > 0 });

    private static readonly V1CanaryDeployment Canary = Of(Spec() with { Server = new() { Autoscale = Ten with { ScaleDownSeconds = 60 } } });

    private static GatewayReport Report(string pod, long requests, double busy) => new(pod, "r") { Load = new(requests, busy, 0, 0, 0) };

    [Fact]
    public void Averages_are_of_what_was_counted_between_two_looks()
    {
        var loads = new CanaryLoads();
        CanaryLoad? load = null;
        for (var i = 0; i <= 12; i++)
            load = loads.Look(Canary, [Report("a", 100 + (50 * i), 5 * i), Report("b", 50 * i, 0)], Start.AddSeconds(5 * i));
        Assert.Equal((true, true, 20d, 1d, 20d, 1d), (load!.Answered, load.Whole, load.RequestsPerSecond, load.Concurrency, load.RecentRequestsPerSecond, load.RecentConcurrency));
    }

    [Fact]
    public void A_gateway_that_is_silent_new_or_began_anew_makes_the_averages_begin_anew()
    {
        var loads = new CanaryLoads();
        CanaryLoad At(int second, params GatewayReport[] reports) => loads.Look(Canary, [.. reports], Start.AddSeconds(second))!;
        for (var i = 0; i <= 60; i += 5)
            At(i, Report("a", 1000 + i, 0));
        Assert.False(At(65, new GatewayReport("a", null, "no answer")).Answered);
        Assert.True(At(70, Report("a", 1100, 0)).Whole);
        Assert.Equal((false, 0d), (At(75, Report("a", 1100, 0), Report("b", 900, 0)) is var two ? two.Whole : false, two.RequestsPerSecond));
        Assert.False(At(80, Report("a", 3, 0), Report("b", 900, 0)).Whole);
        Assert.False(At(85).Answered);
    }

    [Fact]
    public void The_most_that_was_wanted_is_known_once_the_window_is_over()
    {
        var loads = new CanaryLoads();
        int? Peak(int second, int wanted)
        {
            var peak = loads.Look(Canary, [Report("a", 0, 0)], Start.AddSeconds(second))!.Peak;
            loads.Remember(Canary, wanted, Start.AddSeconds(second));
            return peak;
        }

        Assert.Null(Peak(0, 5));
        Assert.Null(Peak(30, 2));
        Assert.Equal(5, Peak(60, 3));
        Assert.Equal(3, Peak(61, 1));
        Assert.Equal(3, Peak(119, 1));
        Assert.Equal(1, Peak(121, 1));
    }
}

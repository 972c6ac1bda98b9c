using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The watch after a canary has got all traffic.</summary>
public sealed class CanaryBakeTests
{
    private static async Task<ToyWorld> BakingAsync(params CanaryMetric[] metrics)
    {
        var world = await CanaryStoryTests.ServingAsync(
            Spec(null, metrics) with { Strategy = new() { Steps = [Weight(50), Pause(20)], BakeTimeSeconds = 300 }, Server = new() { Replicas = 2 }, ProgressDeadlineSeconds = 60 });
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Baking);
        return world;
    }

    [Fact]
    public async Task The_old_version_stays_warm_until_the_time_is_over_and_the_status_says_until_when()
    {
        var world = await BakingAsync();
        var until = world.Status.BakeUntil!.Value;
        Assert.Equal(world.Now + TimeSpan.FromSeconds(300), until);
        Assert.Contains($"watched until {until.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; diamonds-1 is kept at full size", world.Status.Message, StringComparison.Ordinal);
        await world.PassAsync(290);
        Assert.Equal((CanaryPhase.Baking, "diamonds-1", 2), (world.Status.Phase, world.Status.StableVersion, world.Deployments["diamonds-1"].Status!.AvailableReplicas));
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Reason: CanaryReasons.Serving, Retiring: null }, 60);
        Assert.Equal(["diamonds-2"], world.Deployments.Keys);
        Assert.Equal(0, world.Failed5xx);
        await world.AssertQuietAsync();
    }

    [Theory]
    [InlineData("errors")]
    [InlineData("rmse")]
    public async Task Harm_is_found_against_what_the_old_version_was_when_it_had_traffic_and_swaps_back(string metric)
    {
        var world = await BakingAsync(Errors, Rmse);
        await world.PassAsync(100);
        if (metric == "errors")
            world.ErrorRate["diamonds-2"] = 0.3;
        else
            world.Rmse["diamonds-2"] = 60;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 60);
        Assert.Equal((metric, "diamonds-2"), (world.Status.LastDecision!.Metric, world.Status.RejectedVersion));
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        Assert.Equal(2, world.Deployments["diamonds-1"].Status!.AvailableReplicas);
    }

    [Fact]
    public async Task A_watch_without_data_ends_in_a_question_and_with_the_first_verdict()
    {
        var world = await BakingAsync();
        world.RequestsPerSecond = 0;
        world.Restart();
        await world.UntilAsync(s => s.Reason == CanaryReasons.InconclusiveAnalysis, 320);
        Assert.Equal((CanaryPhase.Baking, 100), (world.Status.Phase, world.Status.Weights!.Canary));
        await world.AssertQuietAsync(300);
        world.RequestsPerSecond = 100;
        await world.UntilAsync(s => s.StableVersion == "diamonds-2", 60);
    }

    [Fact]
    public async Task An_outage_of_metrics_holds_the_watch_open_with_the_old_version_warm()
    {
        var world = await BakingAsync();
        world.Traffic.Down = true;
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        await world.PassAsync(600);
        Assert.Equal((CanaryPhase.Baking, "diamonds-1", 2), (world.Status.Phase, world.Status.StableVersion, world.Deployments["diamonds-1"].Spec!.Replicas));
        world.Traffic.Down = false;
        await world.UntilAsync(s => s.StableVersion == "diamonds-2", 60);
    }

    [Theory]
    [InlineData("promote 1", "diamonds-2", null)]
    [InlineData("abort 1", "diamonds-1", "diamonds-2")]
    public async Task A_person_may_end_the_watch_either_way(string command, string stable, string? rejected)
    {
        var world = await BakingAsync();
        world.Command(command);
        await world.UntilAsync(s => s.CanaryVersion is null && s.Weights is { Verified: true }, 10);
        Assert.Equal((stable, rejected, "Accepted"), (world.Status.StableVersion, world.Status.RejectedVersion, world.Status.LastCommand!.Result));
    }

    [Fact]
    public async Task A_retry_begins_the_watch_again()
    {
        var world = await BakingAsync();
        await world.PassAsync(200);
        world.Command("retry 1");
        await world.PassAsync(1);
        Assert.Equal(("Accepted", world.Now + TimeSpan.FromSeconds(300)), (world.Status.LastCommand!.Result, world.Status.BakeUntil));
    }

    [Fact]
    public async Task A_newer_version_supersedes_a_watched_one_and_begins_beside_the_old_one()
    {
        var world = await BakingAsync();
        world.Target("diamonds-3");
        await world.PassAsync(1);
        Assert.Equal(("diamonds-1", "diamonds-3", 0), (world.Status.StableVersion, world.Status.CanaryVersion, world.Status.Weights!.Canary));
        Assert.Equal(("diamonds-2", "Superseded"), (world.Status.History![^1].Version, world.Status.History[^1].Outcome));
        await world.UntilAsync(s => s.StableVersion == "diamonds-3");
        Assert.Equal(0, world.Failed5xx);
    }

    [Fact]
    public async Task Pods_that_die_in_the_watch_lose_their_traffic_to_the_warm_version_at_once_and_get_it_back_when_they_return()
    {
        var world = await BakingAsync();
        world.RequestsPerSecond = 0;
        world.BrokenPods.Add("diamonds-2");
        await world.UntilAsync(s => s.Weights is { Canary: 0, Verified: true }, 10);
        Assert.Equal(CanaryPhase.Baking, world.Status.Phase);
        world.BrokenPods.Clear();
        await world.UntilAsync(s => s.Weights is { Canary: 100, Verified: true }, 30);
        world.BrokenPods.Add("diamonds-2");
        await world.UntilAsync(s => s.RejectedVersion == "diamonds-2", 120);
    }

    [Fact]
    public async Task A_pause_in_the_watch_takes_no_traffic_back()
    {
        var world = await BakingAsync();
        world.Change(c => c with { Spec = c.Spec with { Paused = true } });
        await world.PassAsync(600);
        Assert.Equal((CanaryPhase.Baking, CanaryReasons.PausedByUser, 100), (world.Status.Phase, world.Status.Reason, world.Status.Weights!.Canary));
        world.Change(c => c with { Spec = c.Spec with { Paused = false } });
        await world.UntilAsync(s => s.StableVersion == "diamonds-2", 10);
    }

    [Theory]
    [InlineData(1, "200")]
    [InlineData(4, "2000")]
    public void Beside_numbers_that_stand_still_every_look_has_its_own_share_of_alpha(long look, string bound)
    {
        var past = CanaryMetricJudge.Judge(Errors, new(Sample.Of(1), Sample.Of(10), Sample.Of(100), Sample.Of(1000)) { Number = look, IsBaselinePast = true });
        var live = CanaryMetricJudge.Judge(Errors, new(Sample.Of(1), Sample.Of(10), Sample.Of(100), Sample.Of(1000)) { Number = look });
        Assert.Equal((bound, "100"), (past.Bound, live.Bound));
    }
}

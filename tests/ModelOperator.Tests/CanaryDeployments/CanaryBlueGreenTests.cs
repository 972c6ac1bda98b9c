using System.Collections.Immutable;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Blue-green in the toy world: preview, switch, swap back.</summary>
public sealed class CanaryBlueGreenTests
{
    private static readonly BlueGreenStrategy Manual = new() { AutoPromotionEnabled = false };

    private static readonly BlueGreenStrategy Watched = new() { PostPromotionAnalysis = new() { Metrics = ["errors"], MaxDurationSeconds = 300 } };

    private static async Task<ToyWorld> BegunAsync(BlueGreenStrategy strategy, params CanaryMetric[] metrics)
    {
        var world = await CanaryStoryTests.ServingAsync(BlueGreen(strategy, metrics) with { Server = new() { Replicas = 3 } });
        world.Target("diamonds-2");
        await world.PassAsync(1);
        return world;
    }

    [Fact]
    public async Task The_new_version_stands_whole_behind_its_preview_until_the_promotion_and_takes_all_traffic_at_once()
    {
        var world = await BegunAsync(Manual);
        // Until a Pod of it answers, the preview's clients are answered by the stable version.
        while (world.Deployments.GetValueOrDefault("diamonds-2") is not { Status.AvailableReplicas: > 0 })
        {
            Assert.Equal("diamonds-1", world.Reaches("prices-preview"));
            await world.PassAsync(1);
        }

        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Assert.Equal("diamonds-2", world.Reaches("prices-preview"));
        Assert.Equal([("stable", "diamonds-1", 100), ("canary", "diamonds-2", 0)], world.Arms());
        Assert.Equal(3, world.Deployments["diamonds-2"].Status!.AvailableReplicas);
        await world.AssertQuietAsync();
        world.Command("promote 1");
        await world.UntilAsync(s =>
        {
            Assert.True(s.Weights!.Canary is 0 or 100, $"{s.Weights.Canary} %");
            return s is { StableVersion: "diamonds-2", Reason: CanaryReasons.Serving };
        });
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
        Assert.Equal(3, world.Deployments["diamonds-1"].Spec!.Replicas);
        await world.UntilAsync(s => s.Retiring is null);
        Assert.Equal(["diamonds-2"], world.Deployments.Keys);
        Assert.Equal("diamonds-2", world.Reaches("prices-preview"));
        Assert.Equal(0, world.Failed5xx);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task Nobody_is_asked_to_look_before_the_preview_leads_to_the_new_version()
    {
        var world = await BegunAsync(Manual);
        world.LatePreview = "diamonds-1";
        await world.PassAsync(60);
        Assert.Equal((3, CanaryReasons.WaitForPods), (world.Deployments["diamonds-2"].Status!.AvailableReplicas, world.Status.Reason));
        Assert.Equal("Service prices-preview does not lead to diamonds-2 yet.", world.Status.Message);
        await world.AssertQuietAsync();
        world.LatePreview = null;
        world.Wake();
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
    }

    [Theory]
    [InlineData(0, null, "diamonds-1")]
    [InlineData(1, null, "diamonds-2")]
    [InlineData(1, "diamonds-1", "diamonds-2")]
    // It has led there already: a Pod that is lost sends nobody to another version.
    [InlineData(0, "diamonds-2", "diamonds-2")]
    [InlineData(0, "diamonds-1", "diamonds-1")]
    public void The_preview_leads_to_the_new_version_from_its_first_pod_on(int available, string? leads, string expected)
    {
        var canary = Of(BlueGreen(Manual));
        var seen = new CanaryObserved { Workloads = ImmutableDictionary<string, WorkloadView>.Empty.Add("diamonds-2", new(3, available)) };
        if (leads is not null)
            seen = seen with { Services = [CanaryWorkload.Service(canary, leads) with { Metadata = new() { Name = "prices-preview" } }] };
        var service = CanaryBlueGreen.Preview(canary, new() { StableVersion = "diamonds-1", CanaryVersion = "diamonds-2" }, seen);
        Assert.Equal(("prices-preview", expected), (service.Metadata.Name, service.Spec!.Selector![ModelOperatorApi.VersionLabel]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60)]
    public async Task The_switch_comes_by_itself_at_once_or_after_the_time_of_preview(int? seconds)
    {
        var world = await BegunAsync(new() { AutoPromotionSeconds = seconds });
        if (seconds is not null)
        {
            await world.UntilAsync(s => s.Reason == CanaryReasons.StepPause);
            await world.PassAsync(50);
            Assert.Equal(0, world.Status.Weights!.Canary);
        }

        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Reason: CanaryReasons.Serving }, 60);
        Assert.Equal(0, world.Failed5xx);
    }

    [Fact]
    public async Task Predictions_that_are_worse_in_the_preview_never_get_traffic()
    {
        var world = await CanaryStoryTests.ServingAsync(BlueGreen(new() { PrePromotionAnalysis = new() }, Rmse));
        world.PreviewsPerSecond = 20;
        world.Rmse["diamonds-2"] = 30;
        world.Target("diamonds-2");
        await world.UntilAsync(s =>
        {
            Assert.Equal(0, s.Weights!.Canary);
            return s.Phase == CanaryPhase.Degraded;
        });
        Assert.Equal("rmse", world.Status.LastDecision!.Metric);
        Assert.Equal("diamonds-1", world.Reaches("prices-preview"));
    }

    [Fact]
    public async Task Without_anything_measured_in_the_preview_the_switch_waits_for_a_person()
    {
        var world = await CanaryStoryTests.ServingAsync(BlueGreen(new() { PrePromotionAnalysis = new() { MaxDurationSeconds = 60 } }, Rmse));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.InconclusiveAnalysis);
        Assert.Equal((CanaryPhase.Paused, 0), (world.Status.Phase, world.Status.Weights!.Canary));
        await world.AssertQuietAsync(300);
        world.PreviewsPerSecond = 20;
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
    }

    [Fact]
    public async Task A_verdict_of_every_metric_after_the_switch_ends_the_watch()
    {
        var world = await BegunAsync(Watched, Errors with { InitialDelaySeconds = 20 });
        await world.UntilAsync(s => s.Phase == CanaryPhase.Baking);
        Assert.Equal(("diamonds-1", "diamonds-2", 100), (world.Status.StableVersion, world.Status.CanaryVersion, world.Status.Weights!.Canary));
        Assert.Equal(world.Status.StepStartedAt + TimeSpan.FromSeconds(300), world.Status.BakeUntil);
        Assert.Equal(3, world.Deployments["diamonds-1"].Spec!.Replicas);
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Reason: CanaryReasons.Serving }, 100);
        Assert.Null(world.Status.BakeUntil);
    }

    [Fact]
    public async Task Harm_after_the_switch_swaps_back_in_one_table_to_the_old_version_at_full_size()
    {
        var world = await BegunAsync(Watched, Errors with { MinSamples = 100_000 });
        await world.UntilAsync(s => s.Phase == CanaryPhase.Baking);
        await world.PassAsync(30);
        world.ErrorRate["diamonds-2"] = 0.3;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 60);
        Assert.Equal(("errors", "diamonds-2", 3), (world.Status.LastDecision!.Metric, world.Status.RejectedVersion, world.Deployments["diamonds-1"].Status!.AvailableReplicas));
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        await world.UntilAsync(s => s.Retiring is null);
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
        await world.AssertQuietAsync();
    }

    [Fact]
    public void A_promotion_that_nobody_gives_ends_after_thirty_days_so_that_no_preview_holds_its_pods_for_ever()
    {
        var gate = CanaryBlueGreen.Steps(Manual)[^1].Gate!;
        Assert.Equal((30 * 86400, GateTimeoutAction.Rollback), (gate.TimeoutSeconds, gate.OnTimeout));
    }
}

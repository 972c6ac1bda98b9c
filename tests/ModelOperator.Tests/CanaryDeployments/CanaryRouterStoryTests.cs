using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Whole canaries with the other routers; T1 to T7 are checked at every decision on the way, and so is where the requests go.</summary>
public sealed class CanaryRouterStoryTests
{
    private static CanaryDeploymentSpec Steps(RouterKind kind) => Routed(kind, Weight(25), Judged(), Weight(50), Pause(20));

    /// <summary>Requests that came before the first version had Pods are lost.</summary>
    private static async Task<(ToyWorld World, int Lost)> ServingAsync(RouterKind kind)
    {
        var world = await CanaryStoryTests.ServingAsync(Steps(kind));
        return (world, world.Failed5xx);
    }

    [Theory]
    [InlineData(RouterKind.GatewayApi)]
    [InlineData(RouterKind.Istio)]
    [InlineData(RouterKind.Nginx)]
    [InlineData(RouterKind.Replicas)]
    public async Task A_good_canary_is_promoted_without_a_lost_request_and_without_a_gateway(RouterKind kind)
    {
        var (world, lost) = await ServingAsync(kind);
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        world.Target("diamonds-2");
        HashSet<int> weights = [];
        await world.UntilAsync(s =>
        {
            weights.Add(world.Arms().Where(a => a.Version == "diamonds-2").Sum(a => a.Weight));
            return s.StableVersion == "diamonds-2" && s.Reason == CanaryReasons.Serving;
        });
        Assert.Superset(new HashSet<int> { 0, 25, 50, 100 }, weights);
        Assert.Contains("diamonds-1", world.Deployments.Keys);
        await world.UntilAsync(s => s.Retiring is null);
        Assert.Equal(["diamonds-2"], world.Deployments.Keys);
        Assert.Equal([("stable", "diamonds-2", 100)], world.Arms());
        Assert.Equal(lost, world.Failed5xx);
        Assert.Null(world.Gateway);
        await world.AssertQuietAsync();
    }

    [Theory]
    [InlineData(RouterKind.GatewayApi)]
    [InlineData(RouterKind.Istio)]
    [InlineData(RouterKind.Nginx)]
    [InlineData(RouterKind.Replicas)]
    public async Task Harm_takes_the_weight_away_before_the_pods_and_the_next_version_goes_on(RouterKind kind)
    {
        var (world, lost) = await ServingAsync(kind);
        world.ErrorRate["diamonds-2"] = 0.4;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        // The proxies of a router that does not confirm come later.
        await world.PassAsync(2);
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        Assert.Contains("diamonds-2", world.Deployments.Keys);
        world.Target("diamonds-3");
        await world.UntilAsync(s => s.StableVersion == "diamonds-3" && s is { Reason: CanaryReasons.Serving, Retiring: null });
        Assert.Equal(["diamonds-3"], world.Deployments.Keys);
        Assert.Equal(lost, world.Failed5xx);
    }

    [Theory]
    [InlineData(RouterKind.GatewayApi)]
    [InlineData(RouterKind.Istio)]
    [InlineData(RouterKind.Nginx)]
    [InlineData(RouterKind.Replicas)]
    public async Task A_newer_version_in_the_middle_begins_at_0_and_no_version_without_pods_gets_a_request(RouterKind kind)
    {
        var (world, lost) = await ServingAsync(kind);
        world.Target("diamonds-2");
        await world.UntilAsync(s => s is { Weights: { Canary: 50, Verified: true } });
        world.Target("diamonds-3");
        await world.UntilAsync(s => s is { CanaryVersion: "diamonds-3", Weights: { Canary: 50, Verified: true } });
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s is { Reason: CanaryReasons.Serving, Retiring: null });
        Assert.Equal(["diamonds-2"], world.Deployments.Keys);
        Assert.Equal(lost, world.Failed5xx);
    }

    [Theory]
    [InlineData(RouterKind.GatewayApi, "spec.trafficRouting.gatewayAPI.httpRoute: HTTPRoute prices does not exist")]
    [InlineData(RouterKind.Istio, "spec.trafficRouting.istio.virtualService: VirtualService prices does not exist")]
    [InlineData(RouterKind.Nginx, "spec.trafficRouting.nginx.ingress: Ingress prices does not exist")]
    public async Task A_route_that_goes_in_the_middle_stops_the_canary_and_one_that_comes_back_is_brought_in_line(RouterKind kind, string says)
    {
        var world = await CanaryStoryTests.ServingAsync(Steps(kind));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s is { Weights: { Canary: 50, Verified: true } });
        world.Router.RemoveRoute();
        world.Wake();
        await world.UntilAsync(s => s.Reason == CanaryReasons.RouteNotFound);
        Assert.StartsWith(says, world.Status.Message, StringComparison.Ordinal);
        Assert.Equal((false, "diamonds-2", 50), (world.Status.Weights!.Verified, world.Status.CanaryVersion, world.Status.Weights.Canary));
        await world.AssertQuietAsync();
        world.Router.Restore();
        world.Wake();
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s is { Reason: CanaryReasons.Serving, Retiring: null });
    }

    [Theory]
    [InlineData(RouterKind.GatewayApi)]
    [InlineData(RouterKind.Istio)]
    public async Task Weights_that_somebody_else_changes_are_set_again(RouterKind kind)
    {
        var world = await CanaryStoryTests.ServingAsync(Steps(kind));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s is { Weights: { Canary: 50, Verified: true } });
        world.Change(c => c with { Spec = c.Spec with { Paused = true } });
        await world.PassAsync(5);
        world.Router.Restore();
        world.Wake();
        await world.PassAsync(10);
        Assert.Equal((50, true), (world.Status.Weights!.Canary, world.Status.Weights.Verified));
        Assert.Equal([("stable", "diamonds-1", 50), ("canary", "diamonds-2", 50)], world.Arms());
    }

    [Fact]
    public async Task A_gateway_that_does_not_accept_the_route_holds_the_step_and_keeps_the_pods()
    {
        var world = await CanaryStoryTests.ServingAsync(Steps(RouterKind.GatewayApi));
        world.GatewayDown = true;
        world.Target("diamonds-2");
        await world.PassAsync(200);
        Assert.Equal((CanaryReasons.WaitForWeights, 0), (world.Status.Reason, world.Status.StepIndex!.Value));
        Assert.Contains("HTTPRoute prices: toy has not said Accepted of generation 2 for parent public", world.Status.Message, StringComparison.Ordinal);
        world.Command("abort 1");
        await world.PassAsync(100);
        Assert.Equal((CanaryReasons.RouteNotConfirmed, 2), (world.Status.Reason, world.Deployments.Count));
        world.GatewayDown = false;
        await world.UntilAsync(s => s is { Phase: CanaryPhase.Degraded, Retiring: null });
        Assert.Equal(["diamonds-1"], world.Deployments.Keys);
    }

    [Fact]
    public async Task Numbers_of_pods_make_the_weight_and_the_message_says_what_they_come_to()
    {
        var world = await CanaryStoryTests.ServingAsync(Routed(RouterKind.Replicas, Weight(30), Pause(20), Weight(50), Pause(20)));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.StepIndex == 1);
        Assert.Equal((3, 1), (world.Deployments["diamonds-1"].Spec!.Replicas, world.Deployments["diamonds-2"].Spec!.Replicas));
        Assert.Contains(world.Events, e => e.Message == "diamonds-2 gets 30 % of the traffic; Service prices has these ready Pods: 3 of diamonds-1, 1 of diamonds-2.");
        await world.UntilAsync(s => s.StepIndex == 3);
        Assert.Equal((3, 3), (world.Deployments["diamonds-1"].Spec!.Replicas, world.Deployments["diamonds-2"].Spec!.Replicas));
        world.Change(c => c with { Spec = c.Spec with { Paused = true } });
        world.BrokenPods.Add("diamonds-2");
        await world.UntilAsync(s => s is { Weights: { Canary: 0, Verified: true } });
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
    }

    [Theory]
    [InlineData(RouterKind.GatewayApi)]
    [InlineData(RouterKind.Istio)]
    [InlineData(RouterKind.Nginx)]
    public async Task A_blue_green_switch_is_watched_with_the_old_version_whole_and_swapped_back_for_harm(RouterKind kind)
    {
        var world = await CanaryStoryTests.ServingAsync(Routed(kind) with
        {
            Strategy = new() { BlueGreen = new() { AutoPromotionEnabled = false, PostPromotionAnalysis = new() } },
            // More than the second of the switch itself brings.
            Analysis = new() { IntervalSeconds = 5, Metrics = [OwnErrors with { MinSamples = 1000 }] },
        });
        var lost = world.Failed5xx;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Assert.Equal("diamonds-2", world.Router.Services["prices-preview"].Spec!.Selector![ModelOperatorApi.VersionLabel]);
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        world.Command("promote 1");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Baking);
        world.ErrorRate["diamonds-2"] = 0.4;
        Assert.Equal(100, world.Status.Weights!.Canary);
        Assert.Equal(3, world.Deployments["diamonds-1"].Spec!.Replicas);
        await world.UntilAsync(s => s is { Phase: CanaryPhase.Degraded, Retiring: null });
        Assert.Equal([("stable", "diamonds-1", 100)], world.Arms());
        Assert.Equal(lost, world.Failed5xx);
        await world.AssertQuietAsync();
    }
}

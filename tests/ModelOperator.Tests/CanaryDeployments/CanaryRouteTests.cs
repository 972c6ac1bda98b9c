using System.Text.Json.Nodes;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>What a canary gets besides its weight: copies, requests by header, Pods of a number of its own.</summary>
public sealed class CanaryRouteTests
{
    private static readonly CanaryStep[] Steps = [Mirror(25), Pause(20), Header("on"), Pause(20), Header(), Mirror(0), Pause(20)];

    private static async Task<ToyWorld> AtAsync(int step, IReadOnlyList<CanaryStep>? steps = null, Func<CanaryDeploymentSpec, CanaryDeploymentSpec>? change = null)
    {
        var spec = Spec(steps ?? Steps);
        var world = await CanaryStoryTests.ServingAsync(change is null ? spec : change(spec));
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.StepIndex == step && s.CanaryVersion is not null);
        await world.PassAsync(3);
        return world;
    }

    private static string? Route(ToyWorld world, string key) => world.Served?[key]?.ToJsonString();

    [Fact]
    public async Task Copies_and_header_routes_last_from_their_step_until_a_later_one_ends_them()
    {
        var world = await AtAsync(1);
        Assert.Equal((25, true), (world.Status.Weights!.MirrorPercentage, world.Status.Weights.Verified));
        Assert.Equal("""{"arm":"canary","percentage":25}""", Route(world, "mirror"));
        Assert.Equal(1, (int)world.Served!["schema"]!);
        await world.UntilAsync(s => s.StepIndex == 3);
        Assert.Equal("""[{"arm":"canary","header":"x-beta","exact":"on"}]""", Route(world, "headers"));
        Assert.Equal(2, (int)world.Served!["schema"]!);
        Assert.Equal("""{"arm":"canary","percentage":25}""", Route(world, "mirror"));
        await world.UntilAsync(s => s.StepIndex == 6);
        Assert.Equal((null, null), (Route(world, "mirror"), Route(world, "headers")));
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s.Retiring is null);
        Assert.Contains(world.Events, e => e.Message == "diamonds-2 gets copies of 25 % of the other requests; every gateway says so.");
        Assert.Contains(world.Events, e => e.Message == "diamonds-2 gets the requests whose x-beta fits; every gateway says so.");
        Assert.Equal(0, world.Failed5xx);
        await world.AssertQuietAsync();
    }

    [Theory]
    [InlineData("abort 1", "diamonds-1")]
    [InlineData("promote 1", "diamonds-2")]
    public async Task They_end_with_the_canary_however_that_ends(string command, string stable)
    {
        var world = await AtAsync(2, [Mirror(25), Header("on"), Gate()]);
        Assert.NotNull(Route(world, "headers"));
        world.Command(command);
        await world.UntilAsync(s => s is { CanaryVersion: null, Weights.Verified: true, Retiring: null });
        Assert.Equal(stable, world.Status.StableVersion);
        Assert.Equal((null, null), (Route(world, "mirror"), Route(world, "headers")));
        Assert.True(CanaryRoutes.Same(new(), world.Status.Weights!));
    }

    [Fact]
    public async Task A_canary_whose_pods_die_loses_its_routes_and_gets_them_back_with_its_pods()
    {
        var world = await AtAsync(3, [Mirror(25), Header("on"), Weight(10), Pause(300)]);
        world.RequestsPerSecond = 0;
        world.BrokenPods.Add("diamonds-2");
        await world.UntilAsync(s => s.Weights is { Headers: null, MirrorPercentage: null, Canary: 0 });
        Assert.Equal(CanaryReasons.WaitForPods, world.Status.Reason);
        world.BrokenPods.Clear();
        await world.UntilAsync(s => s.Weights is { Headers.Count: 1, MirrorPercentage: 25, Canary: 10, Verified: true });
    }

    [Fact]
    public async Task Requests_by_header_are_judged()
    {
        var world = await AtAsync(1, [Header("on"), Judged(200)]);
        world.ErrorRate["diamonds-2"] = 0.9;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal("errors", world.Status.LastDecision!.Metric);
    }

    [Fact]
    public async Task A_paused_spec_holds_the_routes_as_they_are()
    {
        var world = await AtAsync(1, [Mirror(25), Pause(30), Header("on"), Pause(60)]);
        world.Change(c => c with { Spec = c.Spec with { Paused = true } });
        await world.PassAsync(120);
        Assert.Equal((25, null), (world.Status.Weights!.MirrorPercentage, world.Status.Weights.Headers));
        world.Change(c => c with { Spec = c.Spec with { Paused = false } });
        await world.UntilAsync(s => s.Weights!.Headers is not null);
    }

    [Theory]
    [InlineData(3, null, false, 3)]
    [InlineData(null, 50, false, 5)]
    [InlineData(null, 1, false, 1)]
    [InlineData(null, null, true, 2)]
    public async Task Scale_steps_count_pods_of_their_own_and_a_promotion_takes_at_least_the_stables(int? replicas, int? percent, bool weight, int pods)
    {
        var world = await AtAsync(2, [Scale(replicas, percent, weight), Weight(20), Gate()], s => s with { Server = new() { Replicas = 10 } });
        Assert.Equal(pods, world.Deployments["diamonds-2"].Spec!.Replicas);
        Assert.Equal(20, world.Status.Weights!.Canary);
        world.Command("promote 1");
        await world.UntilAsync(s => s.Phase == CanaryPhase.Promoting);
        await world.PassAsync(1);
        Assert.Equal(10, world.Deployments["diamonds-2"].Spec!.Replicas);
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s.Retiring is null);
    }

    [Fact]
    public void A_table_without_routes_is_the_same_as_before_there_were_any()
    {
        var canary = Of(Spec());
        var table = JsonNode.Parse(RouteTable.Of(canary, new() { StableVersion = "diamonds-1", CanaryVersion = "diamonds-2", Weights = new() { Stable = 95, Canary = 5 } }).Json)!.AsObject();
        Assert.Equal(["schema", "canary", "arms", "sticky", "revision"], table.Select(p => p.Key));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("x-user-id", null, """{"header":"x-user-id"}""")]
    [InlineData(null, "session", """{"cookie":"session"}""")]
    [InlineData("x-user-id", "session", """{"header":"x-user-id","cookie":"session"}""")]
    public void Clients_are_kept_by_a_header_a_cookie_or_both(string? header, string? cookie, string? sticky)
    {
        var canary = Of(Spec() with { Gateway = new() { StickyHeader = header, StickyCookie = cookie } });
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, canary));
        Assert.Equal(sticky, JsonNode.Parse(RouteTable.Of(canary, new() { StableVersion = "diamonds-1" }).Json)!["sticky"]?.ToJsonString());
    }
}

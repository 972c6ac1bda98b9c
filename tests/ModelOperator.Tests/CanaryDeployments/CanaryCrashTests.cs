using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The operator dies after its k-th write, for every k, and the end is the same.</summary>
public sealed class CanaryCrashTests
{
    private static async Task<ToyWorld> PlayAsync(RouterKind router, double errors, int cut)
    {
        var world = new ToyWorld(WithSmoke(Routed(router, Weight(5), Judged(), Pause(20), Weight(50), Judged()))) { Cut = cut };
        world.ErrorRate["diamonds-2"] = errors;
        await world.UntilAsync(s => s.Reason == CanaryReasons.Serving);
        world.Target("diamonds-2");
        await world.PassAsync(300);
        await world.AssertQuietAsync(30);
        return world;
    }

    [Theory]
    [InlineData(RouterKind.Gateway, 0)]
    [InlineData(RouterKind.Gateway, 0.5)]
    [InlineData(RouterKind.GatewayApi, 0)]
    [InlineData(RouterKind.GatewayApi, 0.5)]
    [InlineData(RouterKind.Istio, 0)]
    [InlineData(RouterKind.Nginx, 0)]
    [InlineData(RouterKind.Replicas, 0)]
    [InlineData(RouterKind.Replicas, 0.5)]
    public async Task A_crash_after_any_write_changes_no_outcome(RouterKind router, double errors)
    {
        var whole = await PlayAsync(router, errors, int.MaxValue);
        Assert.Equal(errors == 0 ? "diamonds-2" : "diamonds-1", whole.Status.StableVersion);
        Assert.True(whole.Writes > 20);
        for (var k = 0; k <= whole.Writes; k++)
        {
            var cut = await PlayAsync(router, errors, k);
            Assert.True(whole.EndState() == cut.EndState(), $"cut after {k} writes:\n{cut.EndState()}\n--- uncut:\n{whole.EndState()}");
        }
    }
}

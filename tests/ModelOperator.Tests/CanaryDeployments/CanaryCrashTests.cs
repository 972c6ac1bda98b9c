using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The operator dies after its k-th write, for every k, and the end is the same.</summary>
public sealed class CanaryCrashTests
{
    private static readonly CanaryWebhook[] Hooks =
    [
        Hook(CanaryWebhookType.ConfirmStart, "start"), Hook(CanaryWebhookType.ConfirmStep, "step"), Hook(CanaryWebhookType.ConfirmPromotion, "promotion"),
        Hook(CanaryWebhookType.Rollback, "veto"), Hook(CanaryWebhookType.LoadTest, "load"),
    ];

    private static CanaryDeploymentSpec Strategy(RouterKind router, string name) => name switch
    {
        "blueGreen" => Hooked(Routed(router) with { Strategy = new() { BlueGreen = new() { AutoPromotionSeconds = 10, PostPromotionAnalysis = new() { MaxDurationSeconds = 60 } } } }),
        "bake" => Routed(router) with { Strategy = new() { Steps = [Weight(20), Judged()], BakeTimeSeconds = 40 } },
        "hooks" => Hooked(Spec([Mirror(20), Judged(), Header("on"), Weight(5), Judged(), Scale(2), Pause(20), Header(), Weight(50), Judged()])),
        _ => WithSmoke(Routed(router, Weight(5), Judged(), Pause(20), Weight(50), Judged())),
    };

    private static CanaryDeploymentSpec Hooked(CanaryDeploymentSpec spec) => spec with { Webhooks = Hooks, Carbon = new() { MaxIntensity = 300, MaxDelaySeconds = 10 } };

    private static async Task<ToyWorld> PlayAsync(RouterKind router, string strategy, double errors, int cut)
    {
        var world = new ToyWorld(Strategy(router, strategy)) { Cut = cut };
        world.Intensity = 500;
        world.Hooks.Answers["veto"] = CanaryWebhookState.No;
        world.ErrorRate["diamonds-2"] = errors;
        await world.UntilAsync(s => s.Reason == CanaryReasons.Serving);
        world.Target("diamonds-2");
        await world.PassAsync(300);
        await world.AssertQuietAsync(30);
        return world;
    }

    private static IEnumerable<string> Asked(ToyWorld world) =>
        world.Hooks.Calls.Where(c => c.Type is not (CanaryWebhookType.Rollback or CanaryWebhookType.LoadTest)).Select(c => $"{c.Webhook} {c.Step}").Order(StringComparer.Ordinal);

    [Theory]
    [InlineData(RouterKind.Gateway, "steps", 0)]
    [InlineData(RouterKind.Gateway, "steps", 0.5)]
    [InlineData(RouterKind.Gateway, "hooks", 0)]
    [InlineData(RouterKind.Gateway, "hooks", 0.5)]
    [InlineData(RouterKind.GatewayApi, "steps", 0)]
    [InlineData(RouterKind.GatewayApi, "steps", 0.5)]
    [InlineData(RouterKind.Istio, "steps", 0)]
    [InlineData(RouterKind.Nginx, "steps", 0)]
    [InlineData(RouterKind.Replicas, "steps", 0)]
    [InlineData(RouterKind.Replicas, "steps", 0.5)]
    [InlineData(RouterKind.Gateway, "blueGreen", 0)]
    [InlineData(RouterKind.Gateway, "blueGreen", 0.5)]
    [InlineData(RouterKind.Gateway, "bake", 0)]
    [InlineData(RouterKind.Gateway, "bake", 0.5)]
    [InlineData(RouterKind.GatewayApi, "blueGreen", 0)]
    [InlineData(RouterKind.GatewayApi, "bake", 0.5)]
    [InlineData(RouterKind.Istio, "blueGreen", 0.5)]
    [InlineData(RouterKind.Istio, "bake", 0)]
    [InlineData(RouterKind.Nginx, "blueGreen", 0.5)]
    [InlineData(RouterKind.Nginx, "bake", 0)]
    public async Task A_crash_after_any_write_changes_no_outcome(RouterKind router, string strategy, double errors)
    {
        var whole = await PlayAsync(router, strategy, errors, int.MaxValue);
        Assert.Equal(errors == 0 ? "diamonds-2" : "diamonds-1", whole.Status.StableVersion);
        Assert.True(whole.Writes > 20);
        for (var k = 0; k <= whole.Writes; k++)
        {
            var cut = await PlayAsync(router, strategy, errors, k);
            // A death may repeat a call, with the identifier that it had; it makes no call that would not have been made.
            Assert.Equal(Asked(whole).Distinct(), Asked(cut).Distinct());
            Assert.InRange(Asked(cut).Count(), 0, Asked(whole).Count() + 1);
            Assert.True(whole.EndState() == cut.EndState(), $"cut after {k} writes:\n{cut.EndState()}\n--- uncut:\n{whole.EndState()}");
        }
    }
}

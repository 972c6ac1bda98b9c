using ModelOperator.CanaryDeployments;
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

    private static async Task<ToyWorld> PlayAsync(double errors, int cut)
    {
        var world = new ToyWorld(Spec([Mirror(20), Header("on"), Weight(5), Judged(), Scale(2), Pause(20), Header(), Weight(50), Judged()]) with { Webhooks = Hooks, Carbon = new() { MaxIntensity = 300, MaxDelaySeconds = 10 } }) { Cut = cut };
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
    [InlineData(0)]
    [InlineData(0.5)]
    public async Task A_crash_after_any_write_changes_no_outcome(double errors)
    {
        var whole = await PlayAsync(errors, int.MaxValue);
        Assert.Equal(errors == 0 ? "diamonds-2" : "diamonds-1", whole.Status.StableVersion);
        Assert.True(whole.Writes > 20);
        for (var k = 0; k <= whole.Writes; k++)
        {
            var cut = await PlayAsync(errors, k);
            // A death may repeat a call, with the identifier that it had; it makes no call that would not have been made.
            Assert.Equal(Asked(whole).Distinct(), Asked(cut).Distinct());
            Assert.InRange(Asked(cut).Count(), 0, Asked(whole).Count() + 1);
            Assert.True(whole.EndState() == cut.EndState(), $"cut after {k} writes:\n{cut.EndState()}\n--- uncut:\n{whole.EndState()}");
        }
    }
}

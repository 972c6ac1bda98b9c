using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The operator dies after its k-th write, for every k, and the end is the same.</summary>
public sealed class CanaryCrashTests
{
    private static CanaryDeploymentSpec Strategy(string name) => name switch
    {
        "blueGreen" => BlueGreen(new() { AutoPromotionSeconds = 10, PostPromotionAnalysis = new() { MaxDurationSeconds = 60 } }),
        "bake" => Spec() with { Strategy = new() { Steps = [Weight(20), Judged()], BakeTimeSeconds = 40 } },
        _ => Spec([Weight(5), Judged(), Pause(20), Weight(50), Judged()]),
    };

    private static async Task<ToyWorld> PlayAsync(string strategy, double errors, int cut)
    {
        var world = new ToyWorld(Strategy(strategy)) { Cut = cut };
        world.ErrorRate["diamonds-2"] = errors;
        await world.UntilAsync(s => s.Reason == CanaryReasons.Serving);
        world.Target("diamonds-2");
        await world.PassAsync(300);
        await world.AssertQuietAsync(30);
        return world;
    }

    [Theory]
    [InlineData("steps", 0)]
    [InlineData("steps", 0.5)]
    [InlineData("blueGreen", 0)]
    [InlineData("blueGreen", 0.5)]
    [InlineData("bake", 0)]
    [InlineData("bake", 0.5)]
    public async Task A_crash_after_any_write_changes_no_outcome(string strategy, double errors)
    {
        var whole = await PlayAsync(strategy, errors, int.MaxValue);
        Assert.Equal(errors == 0 ? "diamonds-2" : "diamonds-1", whole.Status.StableVersion);
        Assert.True(whole.Writes > 20);
        for (var k = 0; k <= whole.Writes; k++)
        {
            var cut = await PlayAsync(strategy, errors, k);
            Assert.True(whole.EndState() == cut.EndState(), $"cut after {k} writes:\n{cut.EndState()}\n--- uncut:\n{whole.EndState()}");
        }
    }
}

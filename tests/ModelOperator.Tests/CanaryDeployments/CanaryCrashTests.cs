using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The operator dies after its k-th write, for every k, and the end is the same.</summary>
public sealed class CanaryCrashTests
{
    private static async Task<ToyWorld> PlayAsync(double errors, int cut)
    {
        var world = new ToyWorld(Spec([Mirror(20), Header("on"), Weight(5), Judged(), Scale(2), Pause(20), Header(), Weight(50), Judged()])) { Cut = cut };
        world.ErrorRate["diamonds-2"] = errors;
        await world.UntilAsync(s => s.Reason == CanaryReasons.Serving);
        world.Target("diamonds-2");
        await world.PassAsync(300);
        await world.AssertQuietAsync(30);
        return world;
    }

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
            Assert.True(whole.EndState() == cut.EndState(), $"cut after {k} writes:\n{cut.EndState()}\n--- uncut:\n{whole.EndState()}");
        }
    }
}

using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Steps up that wait for a cleaner grid.</summary>
public sealed class CanaryCarbonTests
{
    private static async Task<ToyWorld> TargetAsync(int? intensity, int delay = 600, params CanaryStep[] steps)
    {
        var world = await CanaryStoryTests.ServingAsync(Spec(steps.Length == 0 ? [Weight(10), Pause(10), Weight(50)] : steps) with { Carbon = new() { MaxIntensity = 300, MaxDelaySeconds = delay } });
        world.Intensity = intensity;
        world.Target("diamonds-2");
        return world;
    }

    [Fact]
    public async Task A_dirty_grid_delays_a_step_up_until_it_is_clean()
    {
        var world = await TargetAsync(500);
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.CarbonIntensityHigh);
        Assert.Equal((CanaryPhase.Paused, 10), (world.Status.Phase, world.Status.Weights!.Canary));
        Assert.Contains("zone DEU has 500 gCO2e/kWh (Measured, test); spec.carbon.maxIntensity is 300", world.Status.Message, StringComparison.Ordinal);
        await world.PassAsync(100);
        Assert.Single(world.Events, e => e.Reason == CanaryGateReasons.CarbonIntensityHigh);
        world.Intensity = 200;
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s.Retiring is null, 500);
        Assert.Single(world.Events, e => e.Reason == CanaryGateReasons.CarbonIntensityLow);
        Assert.Null(world.Status.Carbon);
    }

    [Fact]
    public async Task No_step_up_waits_longer_than_the_spec_says_and_a_restart_changes_nothing_of_that()
    {
        var world = await TargetAsync(500, 60);
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.CarbonIntensityHigh);
        await world.PassAsync(30);
        world.Restart();
        await world.UntilAsync(s => s.StepIndex == 2, 40);
        await world.UntilAsync(s => s.StableVersion == "diamonds-2", 200);
        Assert.Equal(2, world.Events.Count(e => e.Reason == CanaryGateReasons.CarbonDelayOver));
        Assert.DoesNotContain(world.Status.History!, h => h.Outcome == "RolledBack");
    }

    [Fact]
    public async Task What_is_not_known_delays_nothing_and_says_so()
    {
        var world = await TargetAsync(null);
        await world.UntilAsync(s => s.StableVersion == "diamonds-2", 120);
        Assert.Equal(2, world.Events.Count(e => e.Reason == CanaryGateReasons.CarbonIntensityUnknown));
    }

    [Fact]
    public async Task Harm_rolls_back_while_the_grid_is_dirty_and_a_person_may_go_past_it()
    {
        var world = await TargetAsync(500);
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.CarbonIntensityHigh);
        world.ErrorRate["diamonds-2"] = 0.9;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 100);
        world.ErrorRate.Clear();
        await world.PassAsync(60);
        world.Command("retry 1");
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.CarbonIntensityHigh);
        world.Command("promote 2");
        await world.UntilAsync(s => s.Weights!.Canary == 50, 60);
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
    }

    [Fact]
    public async Task A_gate_that_was_passed_stays_passed_while_the_grid_is_dirty()
    {
        var world = await TargetAsync(500, 100, Weight(10), Gate(), Weight(50));
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        world.Command("promote 1");
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.CarbonIntensityHigh);
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
        await world.UntilAsync(s => s.Weights!.Canary == 50, 150);
    }
}

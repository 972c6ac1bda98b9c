using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>A canary that gets nothing but copies of requests is judged by what it makes of them, and no client sees it.</summary>
public sealed class CanaryShadowTests
{
    private static async Task<ToyWorld> BeganAsync(CanaryDeploymentSpec spec, Action<ToyWorld>? prepare = null)
    {
        var world = await CanaryStoryTests.ServingAsync(spec);
        prepare?.Invoke(world);
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.CanaryVersion is not null);
        return world;
    }

    public static TheoryData<CanaryStep[], bool> Begun() => new()
    {
        { [], false },
        { [Pause(9)], false },
        { [Mirror(10)], true },
        { [Mirror(10), Judged()], true },
        { [Weight(0), Mirror(10), Scale(2)], true },
        { [Mirror(10), Mirror(0)], false },
        { [Mirror(10), Weight(5)], false },
        { [Weight(5), Mirror(10)], false },
        { [Mirror(10), Header("on")], false },
        { [Mirror(10), Header("on"), Header()], true },
    };

    [Theory]
    [MemberData(nameof(Begun))]
    public void Copies_are_judged_where_the_canary_gets_no_request_of_its_own(CanaryStep[] begun, bool expected)
    {
        Assert.Equal(expected, CanaryShadow.Is([.. begun, Weight(50)], begun.Length - 1));
        CanaryDeploymentStatus status = new() { CanaryVersion = "diamonds-2", StepIndex = begun.Length - 1 };
        Assert.Equal(expected, begun.Length > 0 && CanaryShadow.Is(Spec([.. begun, Weight(50)]), status));
        Assert.False(CanaryShadow.Is(Spec([.. begun, Weight(50)]), status with { Phase = CanaryPhase.Promoting }));
        Assert.False(CanaryShadow.Is(Spec([.. begun, Weight(50)]), status with { CanaryVersion = null }));
    }

    [Fact]
    public async Task Good_copies_end_the_analysis_and_metrics_that_see_no_copies_take_part_later()
    {
        var world = await BeganAsync(Spec([Mirror(50), Judged(200), Weight(10), Judged(200), Gate()], Errors with { MinSamples = 700 }, Rmse));
        await world.UntilAsync(s => s.StepIndex == 1);
        await world.UntilAsync(s => s.Analysis?.Metrics?[0].Samples > 0);
        Assert.Equal("errors", Assert.Single(world.Status.Analysis!.Metrics!).Name);
        Assert.Equal("Step 2/5: analysis of copies of 50 % of the requests.", world.Status.Message);
        await world.UntilAsync(s => s.StepIndex == 2);
        Assert.Equal("errors", world.Status.LastDecision!.Metric);
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        Assert.Equal([("errors", true), ("rmse", true)], world.Status.Analysis!.Metrics!.Select(row => (row.Name, row.Samples > 0)));
    }

    [Fact]
    public async Task Errors_of_copies_roll_back_in_an_analysis_and_no_client_saw_one()
    {
        var world = await BeganAsync(Spec([Mirror(50), Judged(200), Weight(10)]), w => w.ErrorRate["diamonds-2"] = 0.5);
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal(("errors", "HarmDetected"), (world.Status.LastDecision!.Metric, world.Status.LastDecision.Reason));
        Assert.DoesNotContain(world.Transitions, edge => edge.To == CanaryPhase.Promoting);
        Assert.Null(world.Served!["mirror"]);
    }

    [Fact]
    public async Task Errors_of_copies_roll_back_in_a_pause_too()
    {
        var world = await BeganAsync(Spec([Mirror(50), Pause(600), Weight(10)]), w => w.ErrorRate["diamonds-2"] = 0.5);
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded, 300);
        Assert.Equal("errors", world.Status.LastDecision!.Metric);
    }

    [Fact]
    public async Task Copies_that_nobody_sends_are_no_pass()
    {
        var world = await BeganAsync(Spec([Mirror(50), Judged(60), Weight(10)]), w => w.RequestsPerSecond = 0);
        await world.UntilAsync(s => s.Reason == CanaryReasons.InconclusiveAnalysis);
        Assert.Equal((1, 0), (world.Status.StepIndex, world.Status.Weights!.Canary));
        world.RequestsPerSecond = 100;
        await world.UntilAsync(s => s.StepIndex > 1);
    }

    [Fact]
    public async Task An_outage_holds_an_analysis_of_copies_and_ends_with_the_first_answer()
    {
        var world = await BeganAsync(Spec([Mirror(50), Judged(600), Weight(10)], Errors with { ConsecutiveErrorLimit = 1 }), w => w.Traffic.Down = true);
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        Assert.Equal(1, world.Status.StepIndex);
        world.Traffic.Down = false;
        await world.UntilAsync(s => s.StepIndex > 1);
    }
}

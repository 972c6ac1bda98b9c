using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes.Runtime;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>What is watched while a canary waits, where traffic goes when something is missing, and what a decision says it rests on.</summary>
public sealed class CanaryWatchTests
{
    private static async Task<ToyWorld> AtAsync(string reason, CanaryDeploymentSpec spec)
    {
        var world = await CanaryStoryTests.ServingAsync(spec);
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == reason);
        return world;
    }

    private static string? Stalled(ToyWorld world) => Conditions.Find(world.Status.Conditions ?? [], "Stalled")?.Status;

    [Fact]
    public async Task Harm_is_found_while_a_gateway_never_confirms_the_next_weight()
    {
        var world = await AtAsync(CanaryReasons.StepGate, Spec([Weight(20), Gate(), Weight(50), Gate()]));
        world.Command("promote 1");
        await world.UntilAsync(s => s.StepIndex == 2);
        world.GatewayDown = true;
        await world.UntilAsync(s => s.Reason == CanaryReasons.WaitForWeights);
        Assert.False(world.Status.Weights!.Verified);
        world.ErrorRate["diamonds-2"] = 0.5;
        await world.UntilAsync(s => s.RejectedVersion == "diamonds-2", 120);
        Assert.Equal((Reasons.HarmDetected, "errors"), (world.Status.LastDecision!.Reason, world.Status.LastDecision.Metric));
    }

    [Fact]
    public async Task Harm_is_found_while_a_step_waits_for_more_pods()
    {
        var world = await AtAsync(CanaryReasons.StepGate, Spec([Weight(20), Gate(), Scale(3), Weight(50), Gate()]) with { Server = new() { Replicas = 3 } });
        world.MostPods["diamonds-2"] = 1;
        world.Command("promote 1");
        await world.UntilAsync(s => s.Reason == CanaryReasons.WaitForPods);
        Assert.Equal(20, world.Status.Weights!.Canary);
        world.ErrorRate["diamonds-2"] = 0.5;
        await world.UntilAsync(s => s.RejectedVersion == "diamonds-2", 120);
        Assert.Equal(Reasons.HarmDetected, world.Status.LastDecision!.Reason);
    }

    [Fact]
    public async Task A_weight_that_is_set_at_once_costs_no_look()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(5), Weight(10), Weight(20), Gate()]));
        world.Target("diamonds-2");
        // The first weight waits for Pods, and may be looked at.
        await world.UntilAsync(s => s.StepIndex == 1);
        var asked = world.Traffic.Queries;
        await world.UntilAsync(s => s.StepIndex == 2);
        Assert.Equal(asked, world.Traffic.Queries);
    }

    [Fact]
    public async Task A_weight_that_nobody_confirms_stalls_after_the_deadline_is_told_once_and_goes_on_when_it_is()
    {
        var world = await AtAsync(CanaryReasons.StepGate, Spec([Weight(20), Gate(), Weight(50), Gate()]) with { ProgressDeadlineSeconds = 60 });
        world.Command("promote 1");
        await world.UntilAsync(s => s.StepIndex == 2);
        world.GatewayDown = true;
        await world.UntilAsync(s => s.Reason == CanaryReasons.WaitForWeights);
        Assert.NotEqual(Conditions.True, Stalled(world));
        await world.PassAsync(70);
        Assert.Equal((Conditions.True, CanaryReasons.WaitForWeights), (Stalled(world), world.Status.Reason));
        await world.PassAsync(60);
        Assert.Single(world.Events, e => e.Reason == CanaryReasons.WaitForWeights && e.Warning);
        world.GatewayDown = false;
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate && s.Weights!.Canary == 50);
        Assert.NotEqual(Conditions.True, Stalled(world));
    }

    [Fact]
    public async Task Traffic_goes_back_to_the_stable_version_only_when_that_has_a_pod()
    {
        var world = await AtAsync(CanaryReasons.StepGate, Spec([Weight(20), Gate()]));
        world.BrokenPods.Add("diamonds-1");
        await world.PassAsync(10);
        world.Command("abort 1");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StableUnavailable);
        Assert.Equal(("diamonds-2", 20, Conditions.True), (world.Status.CanaryVersion, world.Status.Weights!.Canary, Stalled(world)));
        Assert.Contains("diamonds-1", world.Status.Message, StringComparison.Ordinal);
        await world.PassAsync(30);
        Assert.Equal((20, null), (world.Status.Weights!.Canary, world.Status.LastCommand?.Id));
        Assert.Single(world.Events, e => e.Reason == CanaryReasons.StableUnavailable);
        world.BrokenPods.Clear();
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal(("diamonds-2", "1", "Accepted"), (world.Status.RejectedVersion, world.Status.LastCommand!.Id, world.Status.LastCommand.Result));
        await world.UntilAsync(s => s.Retiring is null);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task A_canary_without_pods_loses_its_traffic_even_to_a_stable_version_without_pods()
    {
        var world = await AtAsync(CanaryReasons.StepGate, Spec([Weight(20), Gate()]));
        world.BrokenPods.UnionWith(["diamonds-1", "diamonds-2"]);
        await world.UntilAsync(s => s.Weights is { Canary: 0 }, 60);
    }

    [Fact]
    public async Task A_pause_does_not_end_while_a_metric_that_decides_gives_no_answer()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(20), Pause(10), Weight(50)]));
        world.Traffic.Down = true;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.StepIndex == 1);
        await world.PassAsync(15);
        Assert.Equal((CanaryReasons.MetricsUnavailable, 1), (world.Status.Reason, world.Status.StepIndex));
        Assert.Equal(("Pause", CanaryReasons.MetricsUnavailable, "errors"), (world.Status.LastDecision!.Action, world.Status.LastDecision.Reason, world.Status.LastDecision.Metric));
        world.Traffic.Down = false;
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
    }

    [Theory]
    [InlineData(CanaryWebhookType.ConfirmPromotion)]
    [InlineData(CanaryWebhookType.ConfirmStep)]
    public async Task An_outage_while_a_webhook_is_waited_for_is_one_wait_in_the_other(CanaryWebhookType type)
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(20), Weight(50), Pause(10)]) with { Webhooks = [Hook(type)] });
        world.Hooks.Answers["hook"] = CanaryWebhookState.No;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.WebhookWaiting);
        world.Traffic.Down = true;
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        var writes = world.Writes;
        await world.PassAsync(120);
        Assert.InRange(world.Writes - writes, 0, 120 / 15 * 2);
        world.Traffic.Down = false;
        world.Hooks.Answers["hook"] = CanaryWebhookState.Yes;
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
    }

    [Fact]
    public async Task Skip_passes_a_pause_that_an_outage_holds()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(20), Pause(10), Weight(50), Gate()]));
        world.Traffic.Down = true;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s.Reason == CanaryReasons.MetricsUnavailable);
        world.Command("skip 1");
        await world.UntilAsync(s => s.StepIndex > 1);
    }

    [Fact]
    public async Task A_step_up_and_a_promotion_say_the_numbers_that_they_rest_on_and_the_analysis_stays()
    {
        var world = await AtAsync(CanaryReasons.StepAnalysis, Spec([Weight(20), Judged(), Pause(30), Gate()], Errors, Rmse));
        await world.UntilAsync(s => s.StepIndex == 2);
        var step = world.Status.LastDecision!;
        Assert.Equal(("StepUp", nameof(Verdict.Successful)), (step.Action, step.Verdict));
        Assert.NotNull(step.Metric);
        Assert.NotNull(step.Value);
        Assert.NotNull(step.Bound);
        Assert.True(step.Samples >= 50 && step.StableSamples > step.Samples, $"{step}");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        world.Command("promote 1");
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s.Reason == CanaryReasons.Serving);
        var promoted = world.Status.LastDecision!;
        Assert.Equal(("Promote", nameof(Verdict.Successful)), (promoted.Action, promoted.Verdict));
        Assert.True(promoted.Samples > 50, $"{promoted}");
        Assert.All(world.Status.Analysis!.Metrics!, row => Assert.NotNull(row.Value));
        await world.UntilAsync(s => s.Retiring is null);
        await world.AssertQuietAsync();
    }

    [Fact]
    public async Task Whatever_holds_a_canary_up_is_a_decision()
    {
        var world = await AtAsync(CanaryReasons.StepGate, Spec([Weight(20), Gate()]));
        Assert.Equal(("Pause", CanaryReasons.StepGate), (world.Status.LastDecision!.Action, world.Status.LastDecision.Reason));
    }

    [Fact]
    public async Task A_stable_version_without_pods_and_its_return_are_told()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        world.BrokenPods.Add("diamonds-1");
        await world.UntilAsync(s => s.Reason == CanaryReasons.StableUnavailable);
        Assert.Single(world.Events, e => e.Reason == CanaryReasons.StableUnavailable && e.Warning);
    }
}

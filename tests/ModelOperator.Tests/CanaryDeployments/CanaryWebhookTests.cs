using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Webhooks in whole canaries: who is asked when, what each answer does, and that no answer is asked for twice.</summary>
public sealed class CanaryWebhookTests
{
    private static async Task<ToyWorld> TargetAsync(CanaryWebhookState answer, IReadOnlyList<CanaryStep> steps, params CanaryWebhook[] hooks)
    {
        var world = await CanaryStoryTests.ServingAsync(Spec(steps) with { Webhooks = hooks });
        foreach (var hook in hooks)
            world.Hooks.Answers[hook.Name] = answer;
        world.Target("diamonds-2");
        return world;
    }

    [Fact]
    public async Task A_canary_has_no_pod_before_its_start_is_confirmed()
    {
        var world = await TargetAsync(CanaryWebhookState.No, [Weight(10), Pause(10)], Hook(CanaryWebhookType.ConfirmStart, "board"));
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.WebhookWaiting && s.Webhooks?[0].State == CanaryWebhookState.No);
        await world.PassAsync(100);
        Assert.Equal((CanaryPhase.Paused, 0, 0), (world.Status.Phase, world.Status.Weights!.Canary, world.Deployments["diamonds-2"].Spec!.Replicas));
        Assert.Contains("Webhook board has not said yes: HTTP 403: board says No. It is asked until", world.Status.Message, StringComparison.Ordinal);
        Assert.Single(world.Events, e => e.Reason == CanaryGateReasons.WebhookWaiting);
        Assert.Single(world.Hooks.Calls.Select(c => c.Id).Distinct());
        Assert.InRange(world.Hooks.Calls.Count, 3, 6);
        await world.AssertQuietAsync();
        world.Hooks.Answers["board"] = CanaryWebhookState.Yes;
        await world.UntilAsync(s => s.Weights!.Canary == 10);
        var calls = world.Hooks.Calls.Count;
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s.Retiring is null);
        Assert.Equal(calls, world.Hooks.Calls.Count);
        Assert.Null(world.Status.Webhooks);
    }

    [Fact]
    public async Task Each_step_up_is_confirmed_once_and_others_are_not_asked_about()
    {
        var world = await TargetAsync(
            CanaryWebhookState.Yes, [Weight(10), Pause(10), Mirror(20), Header("on"), Scale(2), Mirror(0), Header(), Weight(50), Pause(5)], Hook(CanaryWebhookType.ConfirmStep, "step"), Hook(CanaryWebhookType.ConfirmPromotion, "all"));
        await world.UntilAsync(s => s.StableVersion == "diamonds-2" && s.Retiring is null);
        Assert.Equal([(2, 10, 10), (3, 10, 10), (7, 10, 50)], world.Hooks.Of("step").Select(c => (c.Step, c.Weight, c.NextWeight ?? -1)));
        Assert.Equal([(9, 50, 100)], world.Hooks.Of("all").Select(c => (c.Step, c.Weight, c.NextWeight ?? -1)));
        Assert.Equal(4, world.Hooks.Calls.Select(c => c.Id).Distinct().Count());
        Assert.Single(world.Hooks.Calls.Select(c => c.Checksum).Distinct());
        Assert.All(world.Hooks.Calls, c => Assert.Equal(("prices", "shop", "diamonds-2", "diamonds-1"), (c.Canary, c.Namespace, c.Version, c.StableVersion)));
    }

    [Theory]
    [InlineData(CanaryWebhookType.ConfirmStart, GateTimeoutAction.Rollback)]
    [InlineData(CanaryWebhookType.ConfirmStep, null)]
    [InlineData(CanaryWebhookType.ConfirmPromotion, GateTimeoutAction.Rollback)]
    [InlineData(CanaryWebhookType.ConfirmStart, GateTimeoutAction.Promote)]
    [InlineData(CanaryWebhookType.ConfirmStep, GateTimeoutAction.Promote)]
    [InlineData(CanaryWebhookType.ConfirmPromotion, GateTimeoutAction.Promote)]
    public async Task Without_a_yes_in_time_the_webhook_decides_as_it_was_told(CanaryWebhookType type, GateTimeoutAction? then)
    {
        var world = await TargetAsync(CanaryWebhookState.Unreachable, [Weight(10), Weight(20)], Hook(type) with { TimeoutSeconds = 120, OnTimeout = then });
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.WebhookWaiting);
        await world.PassAsync(100);
        Assert.Equal(CanaryGateReasons.WebhookWaiting, world.Status.Reason);
        await world.UntilAsync(s => s is { CanaryVersion: null, Retiring: null }, 400);
        Assert.Equal(then == GateTimeoutAction.Promote ? "diamonds-2" : "diamonds-1", world.Status.StableVersion);
        if (then != GateTimeoutAction.Promote)
            Assert.Equal(CanaryGateReasons.WebhookTimedOut, world.Status.LastDecision!.Reason);
        await world.AssertQuietAsync();
    }

    [Theory]
    [InlineData("gate")]
    [InlineData("pods")]
    [InlineData("paused")]
    [InlineData("invalid")]
    [InlineData("missing")]
    [InlineData("webhook")]
    public async Task A_webhook_that_asks_for_it_rolls_back_in_every_waiting_phase(string wait)
    {
        var world = await TargetAsync(CanaryWebhookState.No, [Weight(10), Gate(), Weight(20)], Hook(CanaryWebhookType.Rollback, "veto"), Hook(CanaryWebhookType.ConfirmStep, "step"));
        if (wait == "pods")
            world.BrokenPods.Add("diamonds-2");
        await world.UntilAsync(s => s.Reason == (wait == "pods" ? CanaryReasons.WaitForPods : CanaryReasons.StepGate));
        if (wait == "paused")
            world.Change(c => c with { Spec = c.Spec with { Paused = true } });
        if (wait == "invalid")
            world.Change(c => c with { Spec = c.Spec with { Analysis = new() { Metrics = [Errors, Errors] } } });
        if (wait == "missing")
            world.Target("diamonds-9");
        if (wait == "webhook")
            world.Command("promote 1");
        await world.PassAsync(60);
        Assert.Equal("diamonds-2", world.Status.CanaryVersion);
        Assert.Equal(CanaryWebhookState.No, world.Status.Webhooks!.Single(row => row.Name == "veto").State);
        world.Hooks.Answers["veto"] = CanaryWebhookState.Yes;
        await world.UntilAsync(s => s.RejectedVersion == "diamonds-2", 40);
        Assert.Equal(("Rollback", CanaryGateReasons.WebhookRollback), (world.Status.LastDecision!.Action, world.Status.LastDecision.Reason));
        Assert.Null(world.Status.Webhooks);
    }

    [Fact]
    public async Task A_veto_that_cannot_be_reached_is_no_evidence_and_is_told_once()
    {
        var world = await TargetAsync(CanaryWebhookState.Unreachable, [Weight(10), Pause(120)], Hook(CanaryWebhookType.Rollback, "veto"));
        await world.UntilAsync(s => s.StableVersion == "diamonds-2");
        Assert.Contains("no evidence", Assert.Single(world.Events, e => e.Reason == CanaryGateReasons.WebhookUnreachable).Message, StringComparison.Ordinal);
        Assert.InRange(world.Hooks.Calls.Count, 4, 10);
    }

    [Theory]
    [InlineData(CanaryWebhookState.Yes, CanaryGateReasons.LoadTestStarted)]
    [InlineData(CanaryWebhookState.No, CanaryGateReasons.WebhookUnreachable)]
    [InlineData(CanaryWebhookState.Unreachable, CanaryGateReasons.WebhookUnreachable)]
    public async Task A_load_test_is_started_once_per_step_that_waits_and_nothing_waits_for_it(CanaryWebhookState answer, string reason)
    {
        var world = await TargetAsync(answer, [Weight(10), Pause(40), Weight(50), Judged()], Hook(CanaryWebhookType.LoadTest, "load"));
        await world.UntilAsync(s => s.StableVersion == "diamonds-2", 200);
        Assert.Equal([(1, 10), (3, 50)], world.Hooks.Calls.Select(c => (c.Step, c.Weight)));
        Assert.Equal(2, world.Events.Count(e => e.Reason == reason));
    }

    [Fact]
    public async Task A_gate_that_was_passed_stays_passed_while_the_webhook_behind_it_waits()
    {
        var world = await TargetAsync(CanaryWebhookState.No, [Weight(10), Gate(), Weight(20), Pause(10)], Hook(CanaryWebhookType.ConfirmStep));
        await world.UntilAsync(s => s.Reason == CanaryReasons.StepGate);
        world.Command("promote 1");
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.WebhookWaiting);
        Assert.Equal("Accepted", world.Status.LastCommand!.Result);
        world.BrokenPods.Add("diamonds-2");
        world.RequestsPerSecond = 0;
        await world.UntilAsync(s => s.Reason == CanaryReasons.WaitForPods);
        world.Restart();
        world.BrokenPods.Clear();
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.WebhookWaiting);
        world.Hooks.Answers["hook"] = CanaryWebhookState.Yes;
        await world.UntilAsync(s => s.Weights!.Canary == 20);
    }

    [Theory]
    [InlineData(CanaryWebhookType.ConfirmStart)]
    [InlineData(CanaryWebhookType.ConfirmStep)]
    [InlineData(CanaryWebhookType.ConfirmPromotion)]
    public async Task A_person_may_go_past_a_webhook_or_abort(CanaryWebhookType type)
    {
        foreach (var command in new[] { "promote 1", "abort 1" })
        {
            var world = await TargetAsync(CanaryWebhookState.No, [Weight(10), Weight(20), Pause(5)], Hook(type));
            await world.UntilAsync(s => s.Reason == CanaryGateReasons.WebhookWaiting);
            world.Command(command);
            await world.UntilAsync(s => s is { CanaryVersion: null, Retiring: null });
            Assert.Equal(("Accepted", command == "promote 1" ? "diamonds-2" : "diamonds-1"), (world.Status.LastCommand!.Result, world.Status.StableVersion));
        }
    }

    [Fact]
    public async Task Harm_that_shows_while_a_webhook_is_asked_rolls_back()
    {
        var world = await TargetAsync(CanaryWebhookState.No, [Weight(10), Weight(20)], Hook(CanaryWebhookType.ConfirmStep));
        await world.UntilAsync(s => s.Reason == CanaryGateReasons.WebhookWaiting);
        world.ErrorRate["diamonds-2"] = 0.9;
        await world.UntilAsync(s => s.Phase == CanaryPhase.Degraded);
        Assert.Equal("errors", world.Status.LastDecision!.Metric);
    }
}

using FsCheck;
using FsCheck.Fluent;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>T1 to T7 over random histories, and rest in the end.</summary>
public sealed class CanaryHistoryProperties
{
    private static readonly string[] Actions =
    [
        "target 1", "target 2", "target 3", "target 4", "target 9", "abort", "promote", "retry", "frob", "pause", "resume", "break 1", "break 2", "break 3", "heal",
        "gateway down", "gateway up", "metrics down", "metrics up", "bad 2", "bad 3", "good", "delete 2", "restore", "scale 3", "scale 1", "restart", "idle", "busy", "service",
        "steps", "wait", "hooks No", "hooks Unreachable", "hooks Yes", "veto Yes", "veto Unreachable", "unhook", "rehook", "grid dirty", "grid clean", "grid unknown",
    ];

    [Fact]
    public void The_invariants_hold_at_every_decision_of_random_histories_and_all_ends_in_rest() => Prop.ForAll(
        Gen.Choose(0, Actions.Length - 1).Zip(Gen.Choose(0, 60)).ListOf(12).ToArbitrary(),
        history => PlayAsync([.. history.Select(h => (Actions[h.Item1], h.Item2))]).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private static readonly CanaryWebhook[] Hooks =
    [
        Hook(CanaryWebhookType.ConfirmStart, "start") with { TimeoutSeconds = 100 },
        Hook(CanaryWebhookType.ConfirmStep, "step") with { TimeoutSeconds = 60, OnTimeout = GateTimeoutAction.Promote },
        Hook(CanaryWebhookType.ConfirmPromotion, "promotion"),
        Hook(CanaryWebhookType.Rollback, "veto"),
        Hook(CanaryWebhookType.LoadTest, "load"),
    ];

    private static async Task<bool> PlayAsync(IReadOnlyList<(string Action, int Seconds)> history)
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Mirror(30), Weight(10), Pause(20), Header("on"), Scale(percent: 50), Judged(120), Mirror(0), Scale(weight: true), Weight(60), Gate(200)]) with { ProgressDeadlineSeconds = 60, Webhooks = Hooks, Carbon = new() { MaxIntensity = 300, MaxDelaySeconds = 90 } });
        var id = 0;
        world.Hooks.Answers["veto"] = CanaryWebhookState.No;
        foreach (var (action, seconds) in history)
        {
            Act(world, action, ++id);
            await world.PassAsync(seconds);
        }

        foreach (var mend in new[] { "heal", "gateway up", "metrics up", "good", "restore", "resume", "service", "busy", "hooks Yes", "veto No", "rehook", "target 4" })
            Act(world, mend, ++id);
        world.Conflict = null;
        world.Wake();
        await world.UntilAsync(s => s is { CanaryVersion: null, Retiring: null, Weights.Verified: true, Phase: CanaryPhase.Healthy or CanaryPhase.Degraded }, 2000);
        await world.AssertQuietAsync();
        Assert.Equal([world.Status.StableVersion!], world.Deployments.Keys);
        return true;
    }

    private static void Act(ToyWorld world, string action, int id)
    {
        var parts = action.Split(' ');
        switch (parts[0])
        {
            case "target": world.Target("diamonds-" + parts[1]); break;
            case "abort" or "promote" or "retry" or "frob": world.Command($"{parts[0]} {id}"); break;
            case "pause" or "resume": world.Change(c => c with { Spec = c.Spec with { Paused = action == "pause" } }); break;
            case "break": world.BrokenPods.Add("diamonds-" + parts[1]); break;
            case "heal": world.BrokenPods.Clear(); break;
            case "gateway": world.GatewayDown = parts[1] == "down"; break;
            case "metrics": world.Traffic.Down = parts[1] == "down"; break;
            case "bad": world.ErrorRate["diamonds-" + parts[1]] = 0.5; break;
            case "good": world.ErrorRate.Clear(); break;
            case "delete": world.Versions.Remove("diamonds-2"); world.Wake(); break;
            case "restore": world.Versions["diamonds-2"] = Version("diamonds-2"); world.Wake(); break;
            case "scale": world.Change(c => c with { Spec = c.Spec with { Server = new() { Replicas = parts[1] == "3" ? 3 : 1 } } }); break;
            case "restart": world.Restart(); break;
            case "idle": world.RequestsPerSecond = 0; break;
            case "busy": world.RequestsPerSecond = 100; break;
            case "service": world.Conflict = world.Conflict is null ? "spec.service: taken" : null; world.Wake(); break;
            case "hooks": Array.ForEach(["start", "step", "promotion", "load"], hook => world.Hooks.Answers[hook] = Enum.Parse<CanaryWebhookState>(parts[1])); break;
            case "veto": world.Hooks.Answers["veto"] = Enum.Parse<CanaryWebhookState>(parts[1]); break;
            case "unhook" or "rehook": world.Change(c => c with { Spec = c.Spec with { Webhooks = action == "rehook" ? Hooks : null } }); break;
            case "grid": world.Intensity = parts[1] switch { "dirty" => 500, "clean" => 100, _ => null }; break;
            case "steps": world.Change(c => c with { Spec = c.Spec with { Strategy = c.Spec.Strategy! with { ScaleDownDelaySeconds = 10 } } }); break;
        }
    }
}

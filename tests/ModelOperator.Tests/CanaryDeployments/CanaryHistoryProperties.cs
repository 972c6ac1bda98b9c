using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>T1 to T7 over random histories, and rest in the end.</summary>
public sealed class CanaryHistoryProperties
{
    private static readonly string[] Actions =
    [
        "target 1", "target 2", "target 3", "target 4", "target 9", "abort", "promote", "retry", "frob", "pause", "resume", "break 1", "break 2", "break 3", "heal",
        "gateway down", "gateway up", "metrics down", "metrics up", "bad 2", "bad 3", "good", "delete 2", "redigest 1", "redigest 2", "restore", "scale 3", "scale 1", "restart", "idle", "busy", "service", "die 0", "die 1", "die 2",
        "steps", "wait", "route gone", "route back", "jobs Complete", "jobs Failed", "jobs DeadlineExceeded", "jobs",
        "blue", "green", "bake", "promote-full", "skip", "hold", "release", "suspend", "act", "window", "flap 2", "ahead", "turn",
        "hooks No", "hooks Unreachable", "hooks Yes", "veto Yes", "veto Unreachable", "unhook", "rehook", "grid dirty", "grid clean", "grid unknown", "drift 0.1", "drift 0.9", "drift none", "undrift",
    ];

    private static readonly string[] TestActions = [.. Actions, "abtest", "abtest stable", "abtest weights", "plain", "sell 2", "sell 3", "sell 1"];

    private static readonly CanaryWebhook[] Hooks =
    [
        Hook(CanaryWebhookType.ConfirmStart, "start") with { TimeoutSeconds = 100 },
        Hook(CanaryWebhookType.ConfirmStep, "step") with { TimeoutSeconds = 60, OnTimeout = GateTimeoutAction.Promote },
        Hook(CanaryWebhookType.ConfirmPromotion, "promotion"),
        Hook(CanaryWebhookType.Rollback, "veto"),
        Hook(CanaryWebhookType.LoadTest, "load"),
    ];

    [Fact]
    public void The_invariants_hold_for_every_arm_of_random_histories_of_A_B_tests_and_all_ends_in_rest() => Prop.ForAll(
        Gen.Choose(0, TestActions.Length - 1).Zip(Gen.Choose(0, 90)).ListOf(12).ToArbitrary(),
        history => PlayAsync(RouterKind.Gateway, [("abtest", 10), .. history.Select(h => (TestActions[h.Item1], h.Item2))]).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Theory]
    [InlineData(RouterKind.Gateway, 60)]
    [InlineData(RouterKind.GatewayApi, 30)]
    [InlineData(RouterKind.Istio, 20)]
    [InlineData(RouterKind.Nginx, 20)]
    [InlineData(RouterKind.Replicas, 30)]
    public void The_invariants_hold_at_every_decision_of_random_histories_and_all_ends_in_rest(RouterKind router, int histories) => Prop.ForAll(
        Gen.Choose(0, Actions.Length - 1).Zip(Gen.Choose(0, 60)).ListOf(12).ToArbitrary(),
        history => PlayAsync(router, [.. history.Select(h => (Actions[h.Item1], h.Item2))]).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(histories));

    private static CanaryDeploymentSpec Began(RouterKind router)
    {
        // Numbers of Pods go up to 50 %, and only the built-in gateway copies and reads headers.
        CanaryStep[] steps = router == RouterKind.Gateway
            ? [Mirror(30), Judged(60), Weight(10), Pause(20), Header("on"), Scale(percent: 50), Judged(120), Mirror(0), Scale(weight: true), Weight(60), Gate(200)]
            : [Weight(10), Pause(20), Judged(120), Weight(router == RouterKind.Replicas ? 50 : 60), Gate(200)];
        return WithSmoke(Routed(router, steps), 10) with { ProgressDeadlineSeconds = 60, Webhooks = Hooks, Carbon = new() { MaxIntensity = 300, MaxDelaySeconds = 90 } };
    }

    private static async Task<bool> PlayAsync(RouterKind router, IReadOnlyList<(string Action, int Seconds)> history)
    {
        var world = await CanaryStoryTests.ServingAsync(Began(router));
        var id = 0;
        world.Hooks.Answers["veto"] = CanaryWebhookState.No;
        world.DyingErrors = 0.5;
        foreach (var (action, seconds) in history)
        {
            Act(world, action, ++id);
            await world.PassAsync(seconds);
        }

        Act(world, "plain", ++id);
        if (router != RouterKind.Replicas)
            Act(world, "bake", ++id);
        foreach (var mend in new[]
        {
            "heal", "gateway up", "metrics up", "good", "restore", "resume", "service", "busy", "jobs Complete", "route back", "scale 3", "act", "release", "turn",
            "hooks Yes", "veto No", "rehook", "target 4",
        })
            Act(world, mend, ++id);
        world.Conflict = null;
        world.Wake();
        // A limit that a metric has passed stays passed until a person says so.
        await world.PassAsync(300);
        Act(world, "retry", ++id);
        await world.PassAsync(300);
        // Nothing can be shown beside a version that had no requests while it was stable: somebody has to say.
        if (world.Status.Reason == CanaryReasons.InconclusiveAnalysis)
            Act(world, "promote", ++id);
        await world.UntilAsync(s => s is { CanaryVersion: null, Retiring: null, Weights.Verified: true, Phase: CanaryPhase.Healthy or CanaryPhase.Degraded }, 2000);
        await world.AssertQuietAsync();
        Assert.Equal([world.Status.StableVersion!], world.Deployments.Keys);
        Assert.All(world.Transitions, edge => Assert.True(CanaryDiagram.Edges.Contains(edge), $"docs/canary-deployments.md draws no way from {edge.From} to {edge.To}"));
        // Only Jobs that the status speaks of are left, and none runs.
        Assert.All(world.Jobs, job => Assert.True(job.Value.Status is not null && world.Status.Analysis!.Metrics!.Any(row => row.Job == job.Key), $"{job.Key} is left over"));
        return true;
    }

    private static void Route(ToyWorld world, bool gone)
    {
        if (gone)
            world.Router.RemoveRoute();
        else
            world.Router.Restore();
        world.Wake();
    }

    /// <summary>Manual with an analysis after the switch, or by itself.</summary>
    private static BlueGreenStrategy Coloured(string action) => action == "blue"
        ? new() { AutoPromotionEnabled = false, PostPromotionAnalysis = new() { MaxDurationSeconds = 60 } }
        : new() { AutoPromotionSeconds = 15 };


    private static void Drift(ToyWorld world, string index)
    {
        world.Traffic.Drift.Clear();
        if (DecimalText.Parse(index) is { } number)
            world.Traffic.Drift["carat"] = number;
        world.Change(c => c with { Spec = c.Spec with { Drift = new() { IntervalSeconds = 20 } } });
    }

    private static void Act(ToyWorld world, string action, int id)
    {
        var parts = action.Split(' ');
        switch (parts[0])
        {
            case "target": world.Target("diamonds-" + parts[1]); break;
            case "abort" or "promote" or "promote-full" or "skip" or "retry" or "frob": world.Command($"{parts[0]} {id}"); break;
            case "pause" or "resume": world.Change(c => c with { Spec = c.Spec with { Paused = action == "pause" } }); break;
            case "break": world.BrokenPods.Add("diamonds-" + parts[1]); break;
            case "heal": world.BrokenPods.Clear(); break;
            case "gateway": world.GatewayDown = parts[1] == "down"; break;
            case "metrics": world.Traffic.Down = parts[1] == "down"; break;
            case "bad": world.ErrorRate["diamonds-" + parts[1]] = 0.5; break;
            case "jobs": world.JobEnd = parts.Length > 1 ? parts[1] : null; break;
            case "good": world.ErrorRate.Clear(); break;
            case "delete": world.Versions.Remove("diamonds-2"); world.Wake(); break;
            case "redigest": world.Versions["diamonds-" + parts[1]] = Redigested("diamonds-" + parts[1]); world.Wake(); break;
            case "restore": Array.ForEach(["diamonds-1", "diamonds-2"], version => world.Versions[version] = Version(version)); world.Wake(); break;
            case "scale": world.Change(c => c with { Spec = c.Spec with { Server = new() { Replicas = parts[1] == "3" ? 3 : 1 } } }); break;
            case "restart": world.Restart(); break;
            // Between two writes of one decision.
            case "die": world.Cut = parts[1][0] - '0'; break;
            case "idle": world.RequestsPerSecond = 0; break;
            case "busy": world.RequestsPerSecond = 100; break;
            case "route" when world.Canary.Spec.TrafficRouting is not null: Route(world, parts[1] == "gone"); break;
            case "service": world.Conflict = world.Conflict is null ? "spec.service: taken" : null; world.Wake(); break;
            case "sell": world.Conversion["diamonds-" + parts[1]] = 0.4; break;
            case "plain": world.Change(c => c with { Spec = c.Spec with { Strategy = c.Spec.Strategy! with { AbTest = null, BlueGreen = null, BakeTimeSeconds = null, Steps = [Weight(10), Pause(20)] } } }); break;
            case "abtest": world.Change(c => c with { Spec = AbTested(c, parts[^1]) }); break;
            case "hold": world.Command($"pause {id}"); break;
            case "release": world.Command($"resume {id}"); break;
            case "suspend" or "act": world.Change(c => c with { Spec = c.Spec with { Suspend = action == "suspend" } }); break;
            case "window": world.Change(c => c with { Spec = c.Spec with { RollbackWindow = new() { Revisions = 2 }, Strategy = c.Spec.Strategy! with { MaxConcurrentPerNamespace = 1 } } }); break;
            case "flap": _ = world.BrokenPods.Remove("diamonds-2") || world.BrokenPods.Add("diamonds-2"); break;
            case "ahead": world.Ahead.Add("other"); break;
            case "turn": world.Ahead.Clear(); break;
            case "blue" or "green": world.Change(c => c with { Spec = c.Spec with { Strategy = c.Spec.Strategy! with { BakeTimeSeconds = null, Steps = null, BlueGreen = Coloured(action) } } }); break;
            case "bake": world.Change(c => c with { Spec = c.Spec with { Strategy = c.Spec.Strategy! with { BakeTimeSeconds = 40, Steps = [Weight(10), Pause(20), Weight(60)], BlueGreen = null } } }); break;
            case "hooks": Array.ForEach(["start", "step", "promotion", "load"], hook => world.Hooks.Answers[hook] = Enum.Parse<CanaryWebhookState>(parts[1])); break;
            case "veto": world.Hooks.Answers["veto"] = Enum.Parse<CanaryWebhookState>(parts[1]); break;
            case "unhook" or "rehook": world.Change(c => c with { Spec = c.Spec with { Webhooks = action == "rehook" ? Hooks : null } }); break;
            case "grid": world.Intensity = parts[1] switch { "dirty" => 500, "clean" => 100, _ => null }; break;
            case "drift": Drift(world, parts[1]); break;
            case "undrift": world.Change(c => c with { Spec = c.Spec with { Drift = null } }); break;
            case "steps": world.Change(c => c with { Spec = c.Spec with { Strategy = c.Spec.Strategy! with { ScaleDownDelaySeconds = 10 } } }); break;
        }
    }

    /// <summary>A test of versions 2 and 3 beside 1, of version 4 beside what serves, or one with other weights.</summary>
    private static CanaryDeploymentSpec AbTested(V1CanaryDeployment canary, string which)
    {
        var spec = AbSpec(test => test with
        {
            Arms = which switch
            {
                "stable" => [new() { Name = "control", VersionRef = new() { Name = canary.Status?.StableVersion ?? "diamonds-1" }, Weight = 50 }, Arm("d", 4, 50)],
                "weights" => [Arm("control", 1, 20), Arm("b", 2, 40), Arm("c", 3, 40)],
                _ => test.Arms,
            },
            MinSamples = 100,
            MaxDurationSeconds = 200,
        });
        return canary.Spec with { VersionRef = new() { Name = which == "stable" ? "diamonds-4" : "diamonds-2" }, Strategy = canary.Spec.Strategy! with { AbTest = spec.Strategy!.AbTest, Steps = null } };
    }
}

using ModelOperator.Analysis;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>The condition DataDrift from the users' side.</summary>
public sealed class DataDriftTests
{
    [Fact]
    public Task Drift_is_told_by_the_condition_and_the_event_and_moves_no_traffic() => RunAsync(() => ToyWorld.FakeAsync());

    [RealClusterFact]
    public Task Drift_is_told_by_the_condition_and_the_event_on_a_real_server() => RunAsync(() => ToyWorld.RealAsync(speed: 5));

    private static async Task RunAsync(Func<Task<ToyWorld>> start)
    {
        await using var world = await start();
        var index = 0.1;
        world.Metrics.Override = query => !query.Contains("modelop_feature_", StringComparison.Ordinal) ? null
            : query.StartsWith("max(", StringComparison.Ordinal) ? Sample.Of(5000)
            : Sample.Of([Volatile.Read(ref index), 0.01]) with { Labels = ["carat", "cut"] };
        await new CanaryScenario(good: true).BeginAsync(world);
        await using var instance = await OperatorInstance.StartAsync(world);
        await UntilAsync(world, c => c.Status is { Phase: CanaryPhase.Healthy, StableVersion: CanaryScenario.First, Reason: CanaryReasons.Serving });
        await world.PatchAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, """{"spec":{"drift":{"intervalSeconds":10}}}""");
        await UntilAsync(world, c => Of(c) is { Status: "False", Reason: CanaryDriftReasons.WithinThreshold });
        Volatile.Write(ref index, 0.6);
        var canary = await UntilAsync(world, c => Of(c) is { Status: "True", Reason: CanaryDriftReasons.DriftFound });
        Assert.StartsWith($"carat of {CanaryScenario.First}: ", Of(canary)!.Message, StringComparison.Ordinal);
        Assert.Equal((CanaryPhase.Healthy, CanaryScenario.First), (canary.Status!.Phase, canary.Status.StableVersion));
        await world.UntilAsync(async () =>
        {
            var events = await world.Client.ListAllAsync(KubernetesDescriptors.Events, world.Space, null, CancellationToken.None);
            return events.Items.Any(e => e is { Reason: CanaryDriftReasons.DataDrift, Type: "Warning" }) ? null : "there is no event";
        });
        await world.PatchAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, """{"spec":{"drift":null}}""");
        await UntilAsync(world, c => Of(c) is null);
    }

    private static V1Condition? Of(V1CanaryDeployment canary) => Conditions.Find(canary.Status?.Conditions, CanaryDriftReasons.DataDrift);

    private static Task<V1CanaryDeployment> UntilAsync(ToyWorld world, Func<V1CanaryDeployment, bool> goal) => world.UntilAsync(
        ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, goal, c => $"{c.Status?.Phase} {c.Status?.Reason}: {Of(c)?.Reason} {Of(c)?.Message}");
}

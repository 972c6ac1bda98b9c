using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>A newer operator takes over what an older one began.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task New_images_restart_no_pod_of_a_run_and_no_pod_of_a_canary_under_way()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = _ => PodFate.RunForever;
        world.Metrics.Override = _ => Analysis.Sample.Empty;
        await new RunScenario().BeginAsync(world);
        var canary = new CanaryScenario(good: true);
        await canary.BeginAsync(world);
        await using (var old = await OperatorInstance.StartAsync(world))
        {
            await world.UntilAsync(
                ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == TrainingRunPhase.Running, r => r.Status?.Message);
            await world.UntilAsync(async () => await canary.MissingAsync(world) is { } text
                && (await world.ReadAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary)).Status?.Weights is not { Canary: 20, Verified: true } ? text : null);
            await world.QuietAsync(old, TimeSpan.FromSeconds(20));
        }

        var before = await TemplatesAsync(world);
        var pod = Assert.Single(await world.PodsAsync(RunScenario.Run));
        await using var upgraded = await OperatorInstance.StartAsync(world, options: OperatorInstance.Options with
        {
            OperatorImage = "model-operator:next",
            GatewayImage = "model-operator-gateway:next",
            ServerImage = "model-operator-server:next",
            TrainerImage = "model-operator-trainer:next",
        });
        await Task.Delay(((FastTime)world.Time).Real(TimeSpan.FromSeconds(20)), TimeProvider.System);
        await world.QuietAsync(upgraded, TimeSpan.FromSeconds(20));
        Assert.Equal(3, before.Count);
        Assert.Equal(before, await TemplatesAsync(world));
        var still = Assert.Single(await world.PodsAsync(RunScenario.Run));
        Assert.Equal((pod.Metadata.Uid, null), (still.Metadata.Uid, still.Metadata.DeletionTimestamp));

        world.Metrics.Override = _ => null;
        await world.UntilAsync(() => canary.MissingAsync(world));
    }

    private static async Task<IReadOnlyList<string>> TemplatesAsync(ToyWorld world) =>
    [
        .. (await world.ListAsync(KubernetesDescriptors.Deployments)).OrderBy(static d => d.Metadata.Name, StringComparer.Ordinal)
            .Select(static d => $"{d.Metadata.Name} {d.Metadata.Uid} {System.Text.Json.JsonSerializer.Serialize(d.Spec!.Template!, KubernetesJson.Default.V1PodTemplateSpec)}"),
    ];
}

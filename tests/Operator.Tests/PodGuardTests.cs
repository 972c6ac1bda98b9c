using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>Pods that carry a run's label and that no budget holds anything for.</summary>
public sealed class PodGuardTests
{
    [RealClusterFact]
    public async Task Pods_of_runs_start_and_others_with_their_label_are_refused()
    {
        await using var world = await ToyWorld.RealAsync(speed: 5);
        await using var webhook = await Webhook.StartAsync(world);
        await webhook.RegisterPodsAsync(Stray(world));
        // Two attempts, each with a Pod of its own.
        world.Node.FateOf = static pod => pod.Metadata.Name.EndsWith("-1-0", StringComparison.Ordinal) ? PodFate.TrainerExits137 : PodFate.Succeed;
        var story = new RunScenario();
        await story.BeginAsync(world);
        await using (await OperatorInstance.StartAsync(world))
            await world.UntilAsync(() => story.MissingAsync(world));
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => world.Client.CreateAsync(KubernetesDescriptors.Pods, Stray(world), null, CancellationToken.None));
        Assert.Contains("No TrainingRun controls this Pod", refused.Message, StringComparison.Ordinal);
        await world.CreateAsync(KubernetesDescriptors.Pods, Stray(world) with { Metadata = new V1ObjectMeta { Name = "unlabelled" } });
    }

    [Fact]
    public async Task One_that_was_created_while_nobody_could_refuse_it_is_told()
    {
        await using var world = await ToyWorld.FakeAsync();
        await world.CreateAsync(KubernetesDescriptors.Pods, Stray(world));
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(async () => (await world.Client.ListAllAsync(KubernetesDescriptors.Events, world.Space, null, CancellationToken.None)).Items
            .Exists(static e => e is { Reason: "NoReservation", Regarding.Name: "stray" }) ? null : "nobody has told about the Pod");
    }

    private static V1Pod Stray(ToyWorld world) => new()
    {
        Metadata = new V1ObjectMeta { Name = "stray", NamespaceProperty = world.Space, Labels = new(StringComparer.Ordinal) { [ModelOperatorApi.RunUidLabel] = "somebody" } },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = "registry.invalid/none" }] },
    };
}

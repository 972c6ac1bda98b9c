using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>A version that is deleted while no operator answers the webhook, and what is made under its name.</summary>
public sealed class LostVersionTests
{
    [Fact]
    public Task A_version_that_serves_is_missed_put_back_and_not_replaced() => StoryAsync(static () => ToyWorld.FakeAsync());

    [RealClusterFact]
    public Task A_version_that_serves_is_missed_put_back_and_not_replaced_on_a_real_server() => StoryAsync(static () => ToyWorld.RealAsync(speed: 5));

    private static async Task StoryAsync(Func<Task<ToyWorld>> start)
    {
        await using var world = await start();
        var scenario = new CanaryScenario(good: true);
        await scenario.BeginAsync(world);
        await using (var first = await OperatorInstance.StartAsync(world))
        {
            await CanaryAsync(world, static c => c.Status?.Reason == CanaryReasons.Serving);
            await world.UntilAsync(ModelOperatorDescriptors.Models, "prices", static m => m.Status?.Contents is { Count: 2 }, static m => $"{m.Status?.Contents?.Count ?? 0} numbers are remembered");
            await first.KillAsync();
        }

        var lost = await world.ReadAsync(ModelOperatorDescriptors.ModelVersions, CanaryScenario.First);
        await world.DeleteAsync(ModelOperatorDescriptors.ModelVersions, CanaryScenario.First);
        await using var second = await OperatorInstance.StartAsync(world);
        var canary = await CanaryAsync(world, static c => Missing(c) is not null);
        Assert.Contains($"ModelVersion {CanaryScenario.First} is gone: its Pods serve on", Missing(canary)!.Message, StringComparison.Ordinal);
        Assert.Contains(lost.Spec.Artifact.Digest, Missing(canary)!.Message, StringComparison.Ordinal);
        Assert.Equal((CanaryPhase.Healthy, CanaryScenario.First), (canary.Status!.Phase, canary.Status.StableVersion));
        await world.QuietAsync(second, TimeSpan.FromSeconds(20));
        await world.UntilAsync(async () => await ToldAsync(world) is var told && told == 1 ? null : $"{told} events");
        var pods = await world.ReadAsync(KubernetesDescriptors.Deployments, "shop-1");

        // Other bytes under its name are not the version.
        var other = "sha256:" + new string('b', 64);
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Again(lost, other));
        var replaced = await world.UntilAsync(
            ModelOperatorDescriptors.ModelVersions, CanaryScenario.First, static v => v.Status?.Phase == ModelVersionPhase.Failed, static v => $"{v.Status?.Reason}: {v.Status?.Message}");
        Assert.Equal(ModelVersionReasons.ContentReplaced, replaced.Status!.Reason);
        Assert.Contains(lost.Spec.Artifact.Digest, Conditions.Find(replaced.Status.Conditions, "Stalled")!.Message, StringComparison.Ordinal);
        await CanaryAsync(world, static c => c.Status?.Reason == CanaryReasons.DigestChanged);
        await world.QuietAsync(second, TimeSpan.FromSeconds(20));

        // Its own are.
        await world.DeleteAsync(ModelOperatorDescriptors.ModelVersions, CanaryScenario.First);
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Again(lost, lost.Spec.Artifact.Digest));
        canary = await CanaryAsync(world, static c => c.Status?.Reason == CanaryReasons.Serving && Missing(c) is null);
        Assert.True(Conditions.IsTrue(canary.Status!.Conditions, "Ready"));
        await world.UntilAsync(ModelOperatorDescriptors.ModelVersions, CanaryScenario.First, static v => v.Status?.Phase == ModelVersionPhase.Ready, static v => $"{v.Status?.Reason}: {v.Status?.Message}");
        await world.QuietAsync(second, TimeSpan.FromSeconds(20));
        var after = await world.ReadAsync(KubernetesDescriptors.Deployments, "shop-1");
        Assert.Equal((pods.Metadata.Uid, pods.Metadata.Generation), (after.Metadata.Uid, after.Metadata.Generation));
    }

    private static V1ModelVersion Again(V1ModelVersion lost, string digest) => new()
    {
        Metadata = new V1ObjectMeta { Name = lost.Metadata.Name },
        Spec = lost.Spec with { Artifact = lost.Spec.Artifact with { Digest = digest, Uri = "modelop://sha256/" + digest[7..] } },
    };

    private static V1Condition? Missing(V1CanaryDeployment canary) => Conditions.Find(canary.Status?.Conditions, CanaryMissing.VersionMissing);

    private static async Task<int> ToldAsync(ToyWorld world) => (await world.ListAsync(KubernetesDescriptors.Events)).Count(static e => e.Reason == CanaryMissing.VersionMissing);

    private static Task<V1CanaryDeployment> CanaryAsync(ToyWorld world, Func<V1CanaryDeployment, bool> wanted) => world.UntilAsync(
        ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, wanted, static c => $"{c.Status?.Phase} {c.Status?.Reason}: {c.Status?.Message}");
}

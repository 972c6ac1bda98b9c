using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>A metric that is a Job: made, watched, counted, removed, on a fake server and on a real one.</summary>
public sealed class JobMetricTests
{
    [Fact]
    public async Task A_job_that_succeeds_promotes_and_goes()
    {
        await using var world = await ToyWorld.FakeAsync();
        await PromotedByAJobAsync(world);
    }

    [RealClusterFact]
    public async Task A_job_that_succeeds_promotes_and_goes_on_a_real_server()
    {
        await using var world = await ToyWorld.RealAsync(speed: 5);
        await PromotedByAJobAsync(world);
    }

    private static async Task PromotedByAJobAsync(ToyWorld world)
    {
        await new CanaryScenario(good: true).BeginAsync(world);
        await using var instance = await OperatorInstance.StartAsync(world);
        await UntilAsync(world, s => s is { Phase: CanaryPhase.Healthy, StableVersion: CanaryScenario.First, Reason: CanaryReasons.Serving });
        await world.PatchAsync(
            ModelOperatorDescriptors.CanaryDeployments,
            CanaryScenario.Canary,
            """
            {"spec":{"versionRef":{"name":"prices-2"},"strategy":{"scaleDownDelaySeconds":2,"steps":[{"setWeight":20},{"analysis":{"maxDurationSeconds":86400}}]},
             "analysis":{"intervalSeconds":3600,"metrics":[{"name":"smoke","type":"Job","job":{"image":"judge:1","activeDeadlineSeconds":3600}}]}}}
            """);
        V1Job? made = null;
        await world.UntilAsync(async () =>
        {
            made = (await JobsAsync(world)).FirstOrDefault();
            return made is null ? "there is no Job" : null;
        });
        var canary = await world.ReadAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary);
        var job = made!;
        Assert.True(job.IsControlledBy(canary.Metadata.Uid));
        var spec = job.Spec!;
        Assert.Equal((3600L, 1, "judge:1"), (spec.ActiveDeadlineSeconds, spec.BackoffLimit, Assert.Single(spec.Template!.Spec!.Containers).Image));
        var ended = job with { Metadata = job.Metadata with { ResourceVersion = null }, Status = new() { Conditions = [new() { Type = "Complete", Status = "True" }] } };
        await world.Client.ReplaceStatusAsync(KubernetesDescriptors.Jobs, ended, null, CancellationToken.None);
        await UntilAsync(world, s => s is { Phase: CanaryPhase.Healthy, StableVersion: CanaryScenario.Second });
        await world.UntilAsync(async () => (await JobsAsync(world)).Count == 0 ? null : "the Job is still there");
    }

    private static async Task<List<V1Job>> JobsAsync(ToyWorld world) =>
        (await world.Client.ListAllAsync(KubernetesDescriptors.Jobs, world.Space, null, CancellationToken.None)).Items;

    private static Task<V1CanaryDeployment> UntilAsync(ToyWorld world, Func<CanaryDeploymentStatus, bool> goal) => world.UntilAsync(
        ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, c => c.Status is { } status && goal(status), c => $"{c.Status?.Phase} {c.Status?.Reason}: {c.Status?.Message}");
}

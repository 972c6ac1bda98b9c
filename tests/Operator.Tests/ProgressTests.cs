using System.Collections.Concurrent;
using ModelOperator.Api;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Progress of a trainer that knows no endpoint: it prints lines, or writes a file that a sidecar reads.</summary>
public sealed class ProgressTests
{
    [Fact]
    public async Task Lines_of_the_log_are_the_progress_of_a_run_at_work_and_the_same_lines_again_write_nothing()
    {
        await using var world = await ToyWorld.FakeAsync();
        var api = ((FakeTestServer)world.Server).Api;
        var line = "epoch=1/4 loss=0.5\n";
        api.PodLog = (_, _) => line;
        var finish = false;
        world.Node.FateOf = _ => finish ? PodFate.Succeed : PodFate.RunForever;
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run));
        await using var instance = await OperatorInstance.StartAsync(world);
        var run = await SaysAsync(world, 25);
        Assert.Equal([new NamedValue { Name = "loss", Value = "0.5" }], run.Status!.Progress!.Metrics!);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        var (writes, looks) = (instance.Wire.Writes.Count, Looks(api));
        await world.UntilAsync(() => Task.FromResult(Looks(api) >= looks + 3 ? null : "the log is not read any more"));
        Assert.Equal(writes, instance.Wire.Writes.Count);

        line = "epoch=1/4 loss=0.5\nepoch=3/4 loss=0.25\nepoch=4/4 lo";
        run = await SaysAsync(world, 75);
        Assert.Equal("0.25", run.Status!.Progress!.Metrics![0].Value);

        finish = true;
        await world.PatchAsync(KubernetesDescriptors.Pods, run.Status.CurrentAttempt!.PodName!, """{"metadata":{"annotations":{"test":"go on"}}}""");
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => r.Status?.Phase == TrainingRunPhase.Succeeded, static r => r.Status?.Message);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        looks = Looks(api);
        await Task.Delay(((FastTime)world.Time).Real(TimeSpan.FromMinutes(2)), TimeProvider.System);
        // One look may have been on its way; a run that is followed would have had four.
        Assert.InRange(Looks(api) - looks, 0, 1);
    }

    [Theory]
    [InlineData("v1.32.1", false)]
    [InlineData("v1.34.0", true)]
    public async Task A_server_with_sidecars_gets_one_beside_rank_0_and_a_lost_rank_is_still_one_disruption(string version, bool sidecar)
    {
        await using var world = await ToyWorld.FakeAsync(version: version);
        world.Node.FateOf = static pod => pod.Metadata.Labels![ModelOperatorApi.AttemptLabel] == "1" ? PodFate.RunForever : PodFate.Succeed;
        var seen = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        world.Node.Saw = pod => seen[pod.Metadata.Name] = string.Join(' ', pod.Spec!.InitContainers!.Select(static c => c.Name));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, Objects.RunSpec with { Nodes = 2, Framework = TrainingFramework.Torch }));
        await using var instance = await OperatorInstance.StartAsync(world, options: OperatorInstance.Options with { StatusUrl = "http://status.test" });
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => r.Status?.Phase == TrainingRunPhase.Running, static r => r.Status?.Message);
        await world.DeleteAsync(KubernetesDescriptors.Pods, TrainingRanks.PodName(RunScenario.Run, 1, 0));
        var run = await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => r.Status?.Phase == TrainingRunPhase.Succeeded, static r => r.Status?.Message);
        Assert.Equal((2, 0, 1), (run.Status!.Attempts!.Execution, run.Status.Attempts.Failures, run.Status.Attempts.Disruptions));
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            Assert.Equal(sidecar ? "fetch progress trainer" : "fetch trainer", seen[TrainingRanks.PodName(RunScenario.Run, attempt, 0)]);
            Assert.Equal("fetch", seen[TrainingRanks.PodName(RunScenario.Run, attempt, 1)]);
        }
    }

    private static int Looks(FakeApiServer api) => api.Requests.Count(static r => r is { Resource: "pods", Subresource: "log" });

    private static Task<V1TrainingRun> SaysAsync(ToyWorld world, int percentage) => world.UntilAsync(
        ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Progress?.Percentage == percentage, static r => $"{r.Status?.Phase} {r.Status?.Progress?.Percentage}%");
}

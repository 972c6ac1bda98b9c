using ModelOperator.Api;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Two operators, one Lease.</summary>
public sealed class LeaderTests
{
    /// <summary>A leader must renew its lease within 10 s of its own clock, which are 40 s of the system's: a busy machine stands still for less.</summary>
    private const double Slow = 0.25;

    [Fact]
    public async Task The_stand_by_writes_nothing_until_the_leader_is_killed_and_then_ends_the_run_with_the_same_pod()
    {
        await using var world = await ToyWorld.FakeAsync(Slow);
        var pods = new PodCensus(world);
        var hold = true;
        world.Node.FateOf = _ => hold ? PodFate.RunForever : PodFate.Succeed;
        var scenario = new RunScenario();
        await scenario.BeginAsync(world);
        await using var first = await OperatorInstance.StartAsync(world, options: Elected("first", world.Space));
        await RunningAsync(world);
        await using var second = await OperatorInstance.StartAsync(world, options: Elected("second", world.Space));
        await world.QuietAsync(first, TimeSpan.FromSeconds(5));
        Assert.Empty(second.Wire.Writes);

        await first.KillAsync();
        ((FastTime)world.Time).Jump(TimeSpan.FromSeconds(15));
        hold = false;
        foreach (var pod in await world.PodsAsync(RunScenario.Run))
            await world.PatchAsync(Kubernetes.KubernetesDescriptors.Pods, pod.Metadata.Name, """{"metadata":{"annotations":{"test":"go on"}}}""");
        await world.UntilAsync(() => scenario.MissingAsync(world));
        Assert.NotEmpty(second.Wire.Writes);
        Assert.DoesNotContain(second.Wire.Writes, w => w.CreatesPod);
        await Invariants.CheckAsync(world, pods);
    }

    [Fact]
    public async Task A_leader_that_is_cut_off_stops_by_itself()
    {
        await using var world = await ToyWorld.FakeAsync(Slow);
        await using var leader = await OperatorInstance.StartAsync(world, options: Elected("first", world.Space));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run));
        await RunningAsync(world);
        leader.Wire.Kill();
        ((FastTime)world.Time).Jump(TimeSpan.FromSeconds(10));
        Assert.True(await leader.LeadershipLost.WaitAsync(TimeSpan.FromSeconds(120), TimeProvider.System), "its workers had not stopped");
    }

    private static Hosting.OperatorOptions Elected(string identity, string space) =>
        OperatorInstance.Options with { LeaderElection = true, Identity = identity, Namespace = space };

    private static Task<V1TrainingRun> RunningAsync(ToyWorld world) => world.UntilAsync(
        ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.CurrentAttempt?.PodUid is not null || r.Status?.Phase is TrainingRunPhase.Succeeded, r => r.Status?.Message);
}

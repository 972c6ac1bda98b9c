using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Fakes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

public sealed class EndToEndTests
{
    [Fact]
    public async Task A_run_under_a_budget_becomes_a_ready_version_with_its_alias_and_its_energy_is_booked()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await PlayAsync(world, new RunScenario());
        var run = await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
        Assert.Equal("diamonds-1", run.Status!.ModelVersion);
        Assert.Equal(1, run.Status.Attempts!.Execution);
        var energy = run.Status.Energy!;
        Assert.Equal("ModelledCPU", energy.Method);
        Assert.True(energy.EnergyMilliwattHours > 0);
        var budget = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!;
        Assert.Equal(energy.EmissionsMilligrams, budget.SettledMilligrams);
        Assert.Equal(energy.EnergyMilliwattHours * 1200 / 1000, budget.SettledMilliwattHours);
        Assert.Equal(0, budget.ReservedMilligrams);
        var model = (await world.ReadAsync(ModelOperatorDescriptors.Models, Objects.Model)).Status!;
        Assert.Equal(("candidate", "diamonds-1", "Version"), (model.Aliases![0].Name, model.Aliases[0].Version, model.Aliases[0].Owner));
        Assert.Equal(2, model.NextVersion);
        await AssertSilentAsync(world, instance);
    }

    [Fact]
    public async Task A_good_version_is_promoted_and_takes_the_alias()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await PlayAsync(world, new CanaryScenario(good: true));
        var status = (await world.ReadAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary)).Status!;
        Assert.Equal(["Deployed", "Promoted"], status.History!.Select(h => h.Outcome));
        Assert.Equal("Promote", status.LastDecision!.Action);
        var model = (await world.ReadAsync(ModelOperatorDescriptors.Models, "prices")).Status!;
        Assert.Equal((CanaryScenario.Second, "Canary/shop"), (model.Aliases![0].Version, model.Aliases[0].Owner));
        await AssertSilentAsync(world, instance);
    }

    [Fact]
    public async Task A_bad_version_is_rolled_back_and_the_decision_says_why()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await PlayAsync(world, new CanaryScenario(good: false));
        var status = (await world.ReadAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary)).Status!;
        Assert.Equal(CanaryPhase.Degraded, status.Phase);
        Assert.Equal(("Rollback", "errors"), (status.LastDecision!.Action, status.LastDecision.Metric));
        Assert.Equal("RolledBack", status.History![^1].Outcome);
        await AssertSilentAsync(world, instance);
    }

    private static async Task<OperatorInstance> PlayAsync(ToyWorld world, IScenario scenario)
    {
        await scenario.BeginAsync(world);
        var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(() => scenario.MissingAsync(world));
        return instance;
    }

    /// <summary>Not one write in ten minutes of the operator's time, across a relist of everything that was forced in the middle.</summary>
    private static async Task AssertSilentAsync(ToyWorld world, OperatorInstance instance)
    {
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        var before = instance.Wire.Writes.Count;
        var half = ((FastTime)world.Time).Real(TimeSpan.FromMinutes(5));
        await Task.Delay(half, TimeProvider.System);
        var lists = Lists(world);
        await CutWatchesAsync((FakeTestServer)world.Server, world);
        await Task.Delay(half, TimeProvider.System);
        await world.UntilAsync(() => Task.FromResult(Lists(world) >= lists + 10 ? null : $"only {Lists(world) - lists} lists followed the cut: nothing is proven about relists"));
        Assert.Empty(instance.Wire.Writes.Skip(before));
    }

    private static int Lists(ToyWorld world) =>
        ((FakeTestServer)world.Server).Api.Requests.Count(static r => r.Verb == "list" && r.UserAgent.StartsWith("modeloperator", StringComparison.Ordinal));

    /// <summary>Every watch breaks, and what it would resume from is gone: everybody lists again.</summary>
    private static async Task CutWatchesAsync(FakeTestServer server, ToyWorld world)
    {
        server.Api.KillSwitch.Arm(1, KillPoint.BeforeWrite, r => r.FieldManager == "cutter");
        await Assert.ThrowsAnyAsync<Exception>(() => world.Client.CreateAsync(
            Kubernetes.KubernetesDescriptors.ConfigMaps,
            new Kubernetes.V1ConfigMap { Metadata = new() { Name = "cutter", NamespaceProperty = world.Space } },
            new Kubernetes.WriteOptions { FieldManager = "cutter" },
            CancellationToken.None));
        server.Api.Compact();
        server.Api.KillSwitch.Disarm();
    }
}

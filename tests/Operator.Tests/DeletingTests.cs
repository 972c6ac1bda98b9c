using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Objects that go while something is under way.</summary>
public sealed class DeletingTests
{
    [Fact]
    public async Task A_running_run_that_is_deleted_takes_its_pods_with_it_and_what_it_reserved_is_booked()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = _ => PodFate.RunForever;
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "100000"));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, Objects.LongRunSpec));
        await using var instance = await OperatorInstance.StartAsync(world);
        await RunningAsync(world);
        var reserved = Assert.Single((await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.Holds!);
        await world.DeleteAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
        await GoneAsync(world);
        var budget = await world.UntilAsync(
            ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget, b => b.Status!.Holds is null or { Count: 0 }, b => $"{b.Status!.Holds!.Count} holds");
        Assert.Equal((reserved.Milligrams, reserved.MilliwattHours), (budget.Status!.SettledMilligrams, budget.Status.SettledMilliwattHours));
        Assert.Equal(0, budget.Status.ReservedMilligrams);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        Assert.Empty(await world.PodsAsync(RunScenario.Run));
    }

    [Fact]
    public async Task A_run_that_is_stopped_before_it_is_deleted_is_booked_with_what_it_used()
    {
        await using var world = await ToyWorld.FakeAsync(speed: 5);
        world.Node.FateOf = _ => PodFate.RunForever;
        await new RunScenario().BeginAsync(world);
        await using var instance = await OperatorInstance.StartAsync(world);
        await RunningAsync(world);
        await world.PatchAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, """{"metadata":{"annotations":{"modeloperator.io/command":"stop 1"}}}""");
        var run = await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == TrainingRunPhase.Failed, r => $"{r.Status?.Reason} {r.Status?.Message}");
        Assert.Equal((TrainingRunReasons.StoppedByUser, "Accepted"), (run.Status!.Reason, run.Status.LastCommand!.Result));
        var budget = await world.UntilAsync(
            ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget, b => b.Status!.Holds is null or { Count: 0 }, b => $"{b.Status!.Holds!.Count} holds");
        Assert.True(run.Status.Energy!.EmissionsMilligrams > 0);
        Assert.Equal(run.Status.Energy.EmissionsMilligrams, budget.Status!.SettledMilligrams);
        await world.DeleteAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
        await GoneAsync(world);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(70));
        Assert.Equal(budget.Status.SettledMilligrams, (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.SettledMilligrams);
    }

    [Fact]
    public async Task A_queued_run_that_is_deleted_leaves_nothing()
    {
        await using var world = await ToyWorld.FakeAsync();
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "0.001"));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run));
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == TrainingRunPhase.Queued, r => r.Status?.Message);
        await world.DeleteAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
        await GoneAsync(world);
        Assert.Equal(0, (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.SettledRuns);
    }

    [Fact]
    public async Task Everything_deleted_while_the_operator_is_down_is_gone_before_it_is_back_and_is_not_made_again()
    {
        await using var world = await ToyWorld.FakeAsync(speed: 5);
        world.Node.FateOf = _ => PodFate.RunForever;
        var run = new RunScenario();
        await run.BeginAsync(world);
        var canary = new CanaryScenario(good: true);
        await canary.BeginAsync(world);
        await using (var first = await OperatorInstance.StartAsync(world))
        {
            await RunningAsync(world);
            await world.UntilAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary, c => c.Status?.Phase == CanaryPhase.Healthy, c => c.Status?.Message);
            await first.KillAsync();
        }

        await world.DeleteAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
        await world.DeleteAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary);
        await world.DeleteAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget);
        foreach (var version in await world.ListAsync(ModelOperatorDescriptors.ModelVersions))
            await world.DeleteAsync(ModelOperatorDescriptors.ModelVersions, version.Metadata.Name);
        foreach (var model in await world.ListAsync(ModelOperatorDescriptors.Models))
            await world.DeleteAsync(ModelOperatorDescriptors.Models, model.Metadata.Name);
        foreach (var pod in await world.PodsAsync(RunScenario.Run))
            await world.DeleteAsync(KubernetesDescriptors.Pods, pod.Metadata.Name);
        // No finalizer of ours holds anything: nobody has to be there.
        await GoneAsync(world);
        // The account of the namespace's runs belongs to none of them.
        await world.DeleteAsync(KubernetesDescriptors.ServiceAccounts, TrainingRunNetwork.ServiceAccountName);
        await world.UntilAsync(async () => (await EndState.OfAsync(world)) is { Length: > 0 } left ? left : null);
        await using var second = await OperatorInstance.StartAsync(world);
        await Task.Delay(((FastTime)world.Time).Real(TimeSpan.FromSeconds(10)), TimeProvider.System);
        await world.QuietAsync(second, TimeSpan.FromSeconds(10));
        Assert.Equal("", await EndState.OfAsync(world));
    }

    [Fact]
    public async Task A_canary_that_is_deleted_on_its_way_takes_its_children_with_it_and_frees_the_alias()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Metrics.Override = _ => Analysis.Sample.Empty;
        var scenario = new CanaryScenario(good: true);
        await scenario.BeginAsync(world);
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(async () => await scenario.MissingAsync(world) is { } text
            && (await world.GetAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary))?.Status?.Weights?.Canary != 20 ? text : null);
        await world.DeleteAsync(ModelOperatorDescriptors.CanaryDeployments, CanaryScenario.Canary);
        await world.UntilAsync(async () => (await world.ListAsync(KubernetesDescriptors.Deployments)).Count is > 0 and var left ? $"{left} Deployments" : null);
        await world.UntilAsync(
            ModelOperatorDescriptors.Models, "prices", m => m.Status is { Aliases: null or { Count: 0 } }, m => $"alias {m.Status?.Aliases?[0].Name} of {m.Status?.Aliases?[0].Owner}");
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        Assert.Empty(await world.ListAsync(KubernetesDescriptors.Services));
    }

    private static Task<V1TrainingRun> RunningAsync(ToyWorld world) => world.UntilAsync(
        ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == TrainingRunPhase.Running, r => r.Status?.Message);

    private static Task GoneAsync(ToyWorld world) => world.UntilAsync(async () =>
    {
        if (await world.GetAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run) is { } run)
            return $"the run is there: {run.Status?.Reason} {run.Status?.Message} {string.Join(",", run.Metadata.Finalizers ?? [])}";
        return (await world.PodsAsync(RunScenario.Run)).Count is > 0 and var pods ? $"{pods} Pods are there" : null;
    });
}

using ModelOperator.Api;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Operator.Tests;

/// <summary>Sweeps through the whole operator: parent, child runs, Pods, ledger, version.</summary>
public sealed class SweepTests
{
    private const int Trials = 6;

    /// <summary>Whose reserves are those of the beginning, however long a trial is at work.</summary>
    private static TrainingRunSpec LongTrials => new SweepScenario(Trials).Spec with { Carbon = Objects.LongRunSpec.Carbon };

    [Fact]
    public Task A_sweep_of_six_under_a_budget_for_two_registers_the_best_and_books_every_trial() => WholeAsync(() => ToyWorld.FakeAsync(), silence: true);

    [RealClusterFact]
    public Task A_sweep_of_six_under_a_budget_for_two_registers_the_best_on_a_real_server() => WholeAsync(() => ToyWorld.RealAsync(speed: 5), silence: false);

    [Fact]
    public Task A_target_stops_trials_at_work_and_what_they_used_is_booked() => TargetAsync(() => ToyWorld.FakeAsync());

    [RealClusterFact]
    public Task A_target_stops_trials_at_work_on_a_real_server() => TargetAsync(() => ToyWorld.RealAsync(speed: 5));

    [Fact]
    public async Task A_stopped_sweep_stops_its_trials_and_registers_nothing()
    {
        await using var world = await ToyWorld.FakeAsync(speed: 5);
        await using var instance = await BeginAsync(world, static _ => PodFate.RunForever, new SweepScenario(Trials).Spec);
        await WorkingAsync(world, 4);
        await world.PatchAsync(ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run, """{"metadata":{"annotations":{"modeloperator.io/command":"stop 1"}}}""");
        var run = await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run, static r => r.Status?.Phase == TrainingRunPhase.Failed, static r => $"{r.Status?.Reason} {r.Status?.Message}");
        Assert.Equal((TrainingRunReasons.StoppedByUser, 4), (run.Status!.Reason, run.Status.Sweep!.Stopped));
        Assert.True(run.Status.Sweep.Energy!.EnergyMilliwattHours > 0);
        await SettledAsync(world);
        Assert.Empty(await world.ListAsync(ModelOperatorDescriptors.ModelVersions));
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("""{"metadata":{"annotations":{"modeloperator.io/command":"pause 1"}}}""", """{"metadata":{"annotations":{"modeloperator.io/command":"resume 2"}}}""", TrainingRunPhase.Paused)]
    [InlineData("""{"spec":{"suspend":true}}""", """{"spec":{"suspend":false}}""", TrainingRunPhase.Paused)]
    public async Task A_held_sweep_pauses_its_trials_begins_none_and_goes_on_where_it_was(string hold, string release, TrainingRunPhase phase)
    {
        await using var world = await ToyWorld.FakeAsync();
        // First attempts work until they are told to pause; those after the pause succeed.
        await using var instance = await BeginAsync(world, static p => p.Metadata.Name.EndsWith("-1-0", StringComparison.Ordinal) ? PodFate.RunForever : PodFate.Succeed, new SweepScenario(4).Spec);
        await WorkingAsync(world, 4);
        await world.PatchAsync(ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run, hold);
        await world.UntilAsync(async () =>
            (await world.ListAsync(ModelOperatorDescriptors.TrainingRuns)).Count(r => r.Spec.Sweep is null && r.Status?.Phase == phase) is var paused and < 4 ? $"{paused} trials are paused" : null);
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run, static r => r.Status?.Reason == SweepReasons.SweepPaused, static r => r.Status?.Reason);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        await world.PatchAsync(ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run, release);
        var run = await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run, static r => r.Status?.Phase == TrainingRunPhase.Succeeded, static r => $"{r.Status?.Reason} {r.Status?.Message}");
        Assert.Equal((4, 4), (run.Status!.Sweep!.Succeeded, run.Status.Sweep.Best!.Trial));
        Assert.All((await world.ListAsync(ModelOperatorDescriptors.TrainingRuns)).Where(static r => r.Spec.Sweep is null), static r => Assert.Equal((2, 1, 0), (r.Status!.Attempts!.Execution, r.Status.Attempts.Pauses, r.Status.Attempts.Failures)));
        await SettledAsync(world);
        var budget = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!;
        Assert.Equal(run.Status.Sweep.Energy!.EmissionsMilligrams, budget.SettledMilligrams);
    }

    [Fact]
    public async Task A_deleted_sweep_takes_its_trials_and_their_pods_with_it_and_their_reserves_are_booked()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await BeginAsync(world, static _ => PodFate.RunForever, LongTrials);
        await WorkingAsync(world, 4);
        var reserved = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.ReservedMilligrams;
        await world.DeleteAsync(ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run);
        await world.UntilAsync(async () => (await world.ListAsync(ModelOperatorDescriptors.TrainingRuns)).Count is var left and > 0 ? $"{left} runs" : null);
        await SettledAsync(world);
        Assert.Equal(reserved, (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.SettledMilligrams);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        Assert.Empty(await world.ListAsync(ModelOperatorDescriptors.TrainingRuns));
    }

    [Fact]
    public async Task A_trial_that_somebody_deletes_is_not_made_again_and_the_sweep_goes_on()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await BeginAsync(world, static p => p.Metadata.Name.StartsWith("prices-t2-", StringComparison.Ordinal) ? PodFate.RunForever : PodFate.Succeed, LongTrials);
        await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run, static r => r.Status?.Sweep is { Succeeded: 5, Running: 1 }, static r => r.Status?.Sweep?.Summary);
        await world.DeleteAsync(ModelOperatorDescriptors.TrainingRuns, "prices-t2");
        var run = await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run, static r => r.Status?.Phase == TrainingRunPhase.Succeeded, static r => $"{r.Status?.Reason} {r.Status?.Message}");
        Assert.Equal((1, 5, 4), (run.Status!.Sweep!.Disrupted, run.Status.Sweep.Succeeded, run.Status.Sweep.Best!.Trial));
        await SettledAsync(world);
        // The ledger books the deleted trial with its reserve, and so does the sweep.
        var budget = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!;
        Assert.Equal(budget.SettledMilligrams, run.Status.Sweep.Energy!.EmissionsMilligrams);
        Assert.Null(await world.GetAsync(ModelOperatorDescriptors.TrainingRuns, "prices-t2"));
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
    }

    private static async Task WholeAsync(Func<Task<ToyWorld>> make, bool silence)
    {
        await using var world = await make();
        var pods = new PodCensus(world);
        var scenario = new SweepScenario(Trials);
        await scenario.BeginAsync(world);
        await using var instance = await OperatorInstance.StartAsync(world);
        var most = 0;
        await world.UntilAsync(
            async () =>
            {
                var budget = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status;
                Assert.True((budget?.ReservedMilligrams ?? 0) + (budget?.SettledMilligrams ?? 0) <= SweepScenario.Limit, "more is booked than the limit");
                Assert.DoesNotContain(budget?.Holds ?? [], static h => h.RunName.EndsWith("/prices", StringComparison.Ordinal));
                most = Math.Max(most, budget?.Holds?.Count ?? 0);
                return await scenario.MissingAsync(world);
            },
            seconds: 120);
        Assert.True(most <= 2, $"{most} trials held a reserve at once");
        await Invariants.CheckAsync(world, pods);
        var run = (await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run)).Status!;
        Assert.Equal(("6/6 best 400", 4, SweepReasons.AllTrialsDone), (run.Sweep!.Summary, run.Sweep.Best!.Trial, run.Sweep.Ending));
        var version = Assert.Single(await world.ListAsync(ModelOperatorDescriptors.ModelVersions)).Spec;
        Assert.Equal(("prices", "prices-t4", "8"), (version.TrainingRun!.Name, version.Lineage!.Sweep!.Trial.Name, version.Lineage.Params!["depth"]));
        var settled = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!;
        Assert.Equal((settled.SettledMilligrams, 6L), (version.Energy!.EmissionsMilligrams, settled.SettledRuns));
        Assert.Equal(7, (await world.ListAsync(ModelOperatorDescriptors.TrainingRuns)).Count);
        if (!silence)
            return;
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        var before = instance.Wire.Writes.Count;
        await Task.Delay(((FastTime)world.Time).Real(TimeSpan.FromMinutes(5)), TimeProvider.System);
        Assert.Empty(instance.Wire.Writes.Skip(before));
    }

    private static async Task TargetAsync(Func<Task<ToyWorld>> make)
    {
        await using var world = await make();
        var spec = new SweepScenario(Trials).Spec;
        spec = spec with { Sweep = spec.Sweep! with { Objective = spec.Sweep.Objective with { Target = 440 } } };
        await using var instance = await BeginAsync(world, static p => p.Metadata.Name.StartsWith("prices-t2-", StringComparison.Ordinal) ? PodFate.Succeed : PodFate.RunForever, spec);
        var run = await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run, static r => r.Status?.Phase == TrainingRunPhase.Succeeded, static r => $"{r.Status?.Phase} {r.Status?.Reason} {r.Status?.Message}");
        Assert.Equal((SweepReasons.TargetReached, 2, 3, "diamonds-1"), (run.Status!.Sweep!.Ending, run.Status.Sweep.Best!.Trial, run.Status.Sweep.Stopped, run.Status.ModelVersion));
        await SettledAsync(world);
        var budget = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!;
        Assert.Equal(run.Status.Sweep.Energy!.EmissionsMilligrams, budget.SettledMilligrams);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
    }

    private static async Task<OperatorInstance> BeginAsync(ToyWorld world, Func<Kubernetes.V1Pod, PodFate> fate, TrainingRunSpec spec)
    {
        world.Node.RmseOf = SweepScenario.Rmse;
        world.Node.FateOf = fate;
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "100000"));
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(SweepScenario.Run, spec));
        return await OperatorInstance.StartAsync(world);
    }

    private static Task WorkingAsync(ToyWorld world, int count) => world.UntilAsync(async () =>
        (await world.ListAsync(ModelOperatorDescriptors.TrainingRuns)).Count(static r => r.Status?.Phase == TrainingRunPhase.Running) is var running && running == count
        && (await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, SweepScenario.Run)).Status?.Sweep?.Running == count ? null : $"{running} trials run");

    private static async Task SettledAsync(ToyWorld world) => await world.UntilAsync(
        ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget, static b => b.Status!.Holds is null or { Count: 0 }, static b => $"{b.Status!.Holds!.Count} holds");
}

using System.Globalization;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Budgets of runs at work: extended, paused and resumed after the reset, failed, warned about.</summary>
public sealed class BudgetRuntimeTests
{
    private static readonly TrainingRunSpec Spec = Objects.RunSpec with
    {
        Carbon = new TrainingCarbon { ExpectedSeconds = 120 },
        Checkpoint = new TrainingCheckpoint { Uri = "pvc://ckpt/churn" },
    };

    private static readonly long Claim = TrainingRunEstimates.Estimate(Spec, OperatorInstance.Options, out _)!.EmissionsMilligramsP95;

    [Fact]
    public Task A_run_is_paused_at_its_limit_and_goes_on_from_its_checkpoint_after_the_windows_reset() => PauseAsync(() => ToyWorld.FakeAsync());

    [RealClusterFact]
    public Task A_run_is_paused_at_its_limit_and_goes_on_after_the_reset_on_a_real_server() => PauseAsync(() => ToyWorld.RealAsync(speed: 5));

    [Fact]
    public async Task A_run_that_outlives_its_estimate_is_given_more_where_there_is_room()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await BeginAsync(world, 5 * Claim, CarbonBudgetExceedAction.Fail, PodFate.RunForever);
        await UntilBudgetAsync(world, static s => s.ReservedMilligrams > Claim * 6 / 5);
        await EndAsync(world);
        var run = await UntilPhaseAsync(world, TrainingRunPhase.Succeeded);
        Assert.Equal((1, 0), (run.Status!.Attempts!.Execution, run.Status.Attempts.Pauses));
        await CheckSettledAsync(world, run);
    }

    [Fact]
    public async Task A_run_that_its_budget_fails_ends_when_its_hold_is_burnt()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await BeginAsync(world, Claim * 21 / 20, CarbonBudgetExceedAction.Fail, PodFate.RunForever);
        var run = await UntilPhaseAsync(world, TrainingRunPhase.Failed);
        Assert.Equal(TrainingRunReasons.CarbonBudgetExceeded, run.Status!.Reason);
        Assert.DoesNotContain(await world.PodsAsync(RunScenario.Run), static p => p.Status?.Phase is "Pending" or "Running");
        await CheckSettledAsync(world, run);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_run_that_its_budget_warns_about_goes_on_and_is_told_of_once()
    {
        await using var world = await ToyWorld.FakeAsync();
        await using var instance = await BeginAsync(world, Claim * 21 / 20, CarbonBudgetExceedAction.Warn, PodFate.RunForever);
        await UntilBudgetAsync(world, static s => s.ReservedMilligrams > Claim * 3 / 2);
        await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => Conditions.IsFalse(r.Status?.Conditions, TrainingRunConditions.WithinBudget), static _ => "not warned");
        await EndAsync(world);
        var run = await UntilPhaseAsync(world, TrainingRunPhase.Succeeded);
        Assert.Equal((1, 0), (run.Status!.Attempts!.Execution, run.Status.Attempts.Pauses));
        await CheckSettledAsync(world, run);
        IReadOnlyList<EventsV1Event> told = [];
        await world.UntilAsync(async () =>
        {
            told = [.. (await world.ListAsync(KubernetesDescriptors.Events)).Where(static e => e is { Reason: TrainingRunReasons.ExtensionRefused, Regarding.Kind: "TrainingRun" })];
            return told.Count > 0 ? null : "the event, which is written in the background";
        });
        Assert.Null(Assert.Single(told).Series);
    }

    private static async Task PauseAsync(Func<Task<ToyWorld>> make)
    {
        await using var world = await make();
        // A whole day ahead: the window resets when the test says so.
        ((FastTime)world.Time).Jump(world.Time.GetUtcNow().Date.AddDays(1) - world.Time.GetUtcNow().UtcDateTime);
        await using var instance = await BeginAsync(world, Claim * 21 / 20, CarbonBudgetExceedAction.Pause, PodFate.SavesWhenAsked);
        var paused = await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => r.Status is { Phase: TrainingRunPhase.Paused, CurrentAttempt: null }, Says);
        Assert.Equal((TrainingRunReasons.PausedByBudget, 1, 0, 1), (paused.Status!.Reason, paused.Status.Attempts!.Execution, paused.Status.Attempts.Failures, paused.Status.Attempts.Pauses));
        var burnt = paused.Status.Energy!.EmissionsMilligrams;
        var first = await UntilBudgetAsync(world, s => s.Holds is [{ RefusedMilligrams: not null } hold] && hold.BookedMilligrams == burnt);
        Assert.Equal((burnt, 0, 0L), (first.SettledMilligrams, first.ReservedMilligrams, first.SettledRuns));
        Assert.DoesNotContain(await world.PodsAsync(RunScenario.Run), static p => p.Status?.Phase is "Pending" or "Running");
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));

        ((FastTime)world.Time).Jump(TimeSpan.FromDays(1));
        var run = await UntilPhaseAsync(world, TrainingRunPhase.Succeeded);
        Assert.Equal((2, 0, 1), (run.Status!.Attempts!.Execution, run.Status.Attempts.Failures, run.Status.Attempts.Pauses));
        var pods = await world.PodsAsync(RunScenario.Run);
        Assert.Contains(pods, static p => p.Spec!.InitContainers!.Single(static c => c.Name == "trainer").Env!.Any(static e => e is { Name: "MODELOP_RESUME_FROM", Value.Length: > 0 }));
        var second = await UntilBudgetAsync(world, static s => s is { SettledRuns: 1, Holds: null or { Count: 0 } });
        Assert.Equal((run.Status.Energy!.EmissionsMilligrams - burnt, 0), (second.SettledMilligrams, second.ReservedMilligrams));
        Assert.Equal(Math.Max(0, burnt - first.LimitMilligrams!.Value), second.DebtMilligrams);
        // Nothing but statuses was written: Argo CD sees no drift.
        Assert.DoesNotContain(instance.Wire.Writes, static w => w.Path.Split('?')[0].EndsWith($"/trainingruns/{RunScenario.Run}", StringComparison.Ordinal));
    }

    private static async Task<OperatorInstance> BeginAsync(ToyWorld world, long milligrams, CarbonBudgetExceedAction action, PodFate first)
    {
        world.Node.FateOf = pod => pod.Metadata.Labels![ModelOperatorApi.AttemptLabel] == "1" ? first : PodFate.Succeed;
        var budget = Objects.Budget(RunScenario.Budget, (milligrams / 1000m).ToString(CultureInfo.InvariantCulture));
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, budget with { Spec = budget.Spec with { Window = CarbonBudgetWindow.Day, OnExceed = action } });
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, Spec));
        return await OperatorInstance.StartAsync(world);
    }

    /// <summary>Lets the trainer that runs finish.</summary>
    private static async Task EndAsync(ToyWorld world)
    {
        world.Node.FateOf = static _ => PodFate.Succeed;
        foreach (var pod in await world.PodsAsync(RunScenario.Run))
            await world.PatchAsync(KubernetesDescriptors.Pods, pod.Metadata.Name, """{"metadata":{"annotations":{"toy/done":"true"}}}""");
    }

    private static async Task CheckSettledAsync(ToyWorld world, V1TrainingRun run)
    {
        var budget = await UntilBudgetAsync(world, static s => s is { SettledRuns: 1, Holds: null or { Count: 0 } });
        Assert.Equal((run.Status!.Energy!.EmissionsMilligrams, 0), (budget.SettledMilligrams, budget.ReservedMilligrams));
    }

    private static async Task<CarbonBudgetStatus> UntilBudgetAsync(ToyWorld world, Func<CarbonBudgetStatus, bool> wanted) => (await world.UntilAsync(
        ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget, b => b.Status is { } status && wanted(status),
        static b => $"settled {b.Status?.SettledMilligrams}, reserved {b.Status?.ReservedMilligrams} of {b.Status?.LimitMilligrams}, {b.Status?.Holds?.Count ?? 0} holds")).Status!;

    private static Task<V1TrainingRun> UntilPhaseAsync(ToyWorld world, TrainingRunPhase phase) =>
        world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, r => r.Status?.Phase == phase, Says);

    private static string Says(V1TrainingRun run) => $"{run.Status?.Phase} {run.Status?.Reason}: {run.Status?.Message}";
}

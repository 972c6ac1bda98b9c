using System.Globalization;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>A limit over the last day, from the users' side.</summary>
public sealed class RollingBudgetTests
{
    private static readonly TrainingRunSpec Spec = Objects.RunSpec with { Carbon = new TrainingCarbon { ExpectedSeconds = 120 } };

    private static readonly long Claim = TrainingRunEstimates.Estimate(Spec, OperatorInstance.Options, out _)!.EmissionsMilligramsP95;

    [Fact]
    public Task A_run_waits_until_enough_of_what_was_settled_is_older_than_the_window() => WaitAsync(() => ToyWorld.FakeAsync());

    [RealClusterFact]
    public Task A_run_waits_until_enough_of_what_was_settled_is_older_than_the_window_on_a_real_server() => WaitAsync(() => ToyWorld.RealAsync(speed: 5));

    private static async Task WaitAsync(Func<Task<ToyWorld>> make)
    {
        await using var world = await make();
        var budget = Objects.Budget(RunScenario.Budget, (Claim * 21 / 20 / 1000m).ToString(CultureInfo.InvariantCulture));
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, budget with { Spec = budget.Spec with { Window = CarbonBudgetWindow.Rolling, WindowDays = 1 } });
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("first", Spec));
        await using var instance = await OperatorInstance.StartAsync(world);
        var first = await DoneAsync(world, "first");
        var settled = await UntilBudgetAsync(world, static s => s is { SettledRuns: 1, Holds: null or { Count: 0 } });
        Assert.Equal((first.Status!.Energy!.EmissionsMilligrams, null), (settled.SettledMilligrams, settled.WindowEnd));
        var sum = Assert.Single(settled.SettledSums!);
        Assert.Equal((settled.SettledMilligrams, 1L), (sum.Milligrams, sum.Runs));

        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("second", Spec));
        var second = await world.UntilAsync(
            ModelOperatorDescriptors.TrainingRuns, "second", static r => r.Status is { Phase: TrainingRunPhase.Queued, Reason: TrainingRunReasons.CarbonBudgetExhausted }, Says);
        Assert.Contains($"or enough of what was settled is older than a day, from {sum.Until.AddDays(1):yyyy-MM-dd'T'HH:mm'Z'} on", second.Status!.Message, StringComparison.Ordinal);
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));

        ((FastTime)world.Time).Jump(TimeSpan.FromHours(25));
        second = await DoneAsync(world, "second");
        settled = await UntilBudgetAsync(world, static s => s is { SettledRuns: 1, Holds: null or { Count: 0 } });
        Assert.Equal((second.Status!.Energy!.EmissionsMilligrams, 0L), (settled.SettledMilligrams, settled.ReservedMilligrams));
        Assert.True(Conditions.IsTrue(settled.Conditions, "Ready"));
    }

    private static async Task<CarbonBudgetStatus> UntilBudgetAsync(ToyWorld world, Func<CarbonBudgetStatus, bool> wanted) => (await world.UntilAsync(
        ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget, b => b.Status is { } status && wanted(status), static b => $"settled {b.Status?.SettledRuns} runs, {b.Status?.Holds?.Count ?? 0} holds")).Status!;

    private static Task<V1TrainingRun> DoneAsync(ToyWorld world, string name) => world.UntilAsync(
        ModelOperatorDescriptors.TrainingRuns, name, static r => r.Status is { Phase: TrainingRunPhase.Succeeded, Reason: TrainingRunReasons.Succeeded }, Says);

    private static string Says(V1TrainingRun run) => $"{run.Status?.Phase} {run.Status?.Reason}: {run.Status?.Message}";
}

using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;
using Xunit.Abstractions;

namespace ModelOperator.Operator.Tests;

/// <summary>Many runs at once under one budget.</summary>
/// <param name="output">Where the numbers go.</param>
public sealed class ScaleTests(ITestOutputHelper output)
{
    private const int Runs = 300;
    private const int Room = 137;

    [Fact]
    public async Task Of_three_hundred_runs_exactly_as_many_start_as_the_budget_has_room_for()
    {
        await using var world = await ToyWorld.FakeAsync();
        world.Node.FateOf = _ => PodFate.RunForever;
        var reserve = TrainingRunEstimates.Estimate(Objects.LongRunSpec, OperatorInstance.Options, out _)!.EmissionsMilligramsP95;
        // Half a run's worth is left over: it must admit nobody.
        var limit = (reserve * Room) + (reserve / 2);
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, (limit / 1000m).ToString("0.###", CultureInfo.InvariantCulture)));
        for (var index = 0; index < Runs; index++)
            await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(string.Create(CultureInfo.InvariantCulture, $"run-{index:000}"), Objects.LongRunSpec));
        var began = TimeProvider.System.GetTimestamp();
        await using var instance = await OperatorInstance.StartAsync(world);
        await world.UntilAsync(
            async () =>
            {
                await WithinAsync(world, limit);
                var runs = await world.ListAsync(ModelOperatorDescriptors.TrainingRuns);
                var (running, queued) = (runs.Count(IsRunning), runs.Count(static r => r.Status is { Phase: TrainingRunPhase.Queued, Reason: TrainingRunReasons.CarbonBudgetExhausted }));
                return running >= Room && running + queued == Runs ? null : $"{running} run, {queued} wait";
            },
            seconds: 240);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        await WithinAsync(world, limit);
        var all = await world.ListAsync(ModelOperatorDescriptors.TrainingRuns);
        Assert.Equal(Room, all.Count(IsRunning));
        Assert.All(all.Where(static r => !IsRunning(r)), static r =>
        {
            Assert.Equal(TrainingRunPhase.Queued, r.Status!.Phase);
            Assert.Contains("CarbonBudget month has no room", r.Status.Message, StringComparison.Ordinal);
            Assert.Contains("resets at", r.Status.Message, StringComparison.Ordinal);
        });
        Assert.Equal(Room, (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status!.Holds!.Count);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Runs} runs decided in {seconds:0.0} s: {Runs / seconds:0} a second, {instance.Wire.Writes.Count} writes"));
    }

    private static bool IsRunning(V1TrainingRun run) => run.Status is { Phase: TrainingRunPhase.Running };

    private static async Task WithinAsync(ToyWorld world, long limit)
    {
        var status = (await world.ReadAsync(ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget)).Status;
        var held = (status?.Holds ?? []).Sum(static h => h.Milligrams);
        Assert.True(held <= limit, $"{held} mg are held, the limit is {limit} mg");
        Assert.True((status?.Holds?.Count ?? 0) <= Room);
    }
}

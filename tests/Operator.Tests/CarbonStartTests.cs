using System.Globalization;
using ModelOperator.Api;
using ModelOperator.GridSources;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Runs that wait for a cleaner grid, from the users' side.</summary>
public sealed class CarbonStartTests
{
    private static readonly TimeSpan Dirty = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task Of_two_runs_the_one_that_may_wait_starts_when_the_grid_is_clean_and_holds_no_budget_meanwhile()
    {
        await using var world = await ToyWorld.FakeAsync(speed: 60);
        var clean = world.Time.GetUtcNow() + Dirty;
        var table = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(table, Hours(clean));
            await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, "100000"));
            var options = OperatorInstance.Options with { Grid = new GridSourceOptions { Chain = [GridSourceNames.File], File = table } };
            await using var instance = await OperatorInstance.StartAsync(world, options: options);

            // Whoever does not wait runs in the dirty hour. Afterwards the table is known to have been read.
            await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("hurried"));
            var hurried = await DoneAsync(world, "hurried");
            Assert.Null(hurried.Status!.CarbonStart);

            var spec = Objects.RunSpec with { Carbon = new TrainingCarbon { ExpectedSeconds = 600, Schedule = new TrainingCarbonSchedule { MaxDelaySeconds = 14400 } } };
            await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("patient", spec));
            var patient = await DoneAsync(world, "patient");
            var start = patient.Status!.CarbonStart!;
            Assert.True(start.Released);
            Assert.True(start.StartTime >= clean.AddSeconds(-1), $"started at {start.StartTime:O}, clean from {clean:O} on");
            Assert.True(patient.Status.History![0].DecidedAt >= start.StartTime);
            Assert.InRange(patient.Status.Energy!.IntensityMilligramsPerKwh, 50_000, 100_000);
            Assert.Equal(TrainingRunPhase.Succeeded, patient.Status.Phase);
            if (start.Since < clean.AddMinutes(-3))
            {
                Assert.Equal(("Average", 50_000, TrainingRunReasons.LowCarbonWindow), (start.Signal, start.StartIntensityMilligramsPerKwh!.Value, Condition(patient)));
                Assert.True(start.ExpectedSavingMilligrams > 0);
                Assert.InRange(start.RealisedSavingPercent!.Value, 75, 88);
            }

            await world.UntilAsync(
                ModelOperatorDescriptors.CarbonBudgets, RunScenario.Budget, static b => b.Status?.Holds is null or { Count: 0 }, static b => $"{b.Status?.Holds?.Count} holds");
            await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
        }
        finally
        {
            File.Delete(table);
        }
    }

    private static string? Condition(V1TrainingRun run) => run.Status!.Conditions!.Single(static c => c.Type == TrainingRunConditions.CarbonStart).Reason;

    private static Task<V1TrainingRun> DoneAsync(ToyWorld world, string name) => world.UntilAsync(
        ModelOperatorDescriptors.TrainingRuns, name,
        static r => r.Status is { Phase: TrainingRunPhase.Succeeded, Reason: TrainingRunReasons.Succeeded },
        static r => $"{r.Status?.Phase} {r.Status?.Message}");

    /// <summary>400 g/kWh until the time given, then 100 and soon 50 g/kWh for hours; the toy trainer began a hundred seconds before it was seen to.</summary>
    private static string Hours(DateTimeOffset clean)
    {
        string Row(DateTimeOffset start, int grams) => string.Create(CultureInfo.InvariantCulture, $"DEU,average,{start.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'},{grams},forecast");
        return string.Join('\n', [
            "zone,signal,start,gCO2e_per_kWh,kind",
            Row(clean.AddMinutes(-119), 400),
            Row(clean, 100),
            .. Enumerable.Range(0, 12).Select(hour => Row(clean.AddMinutes(10).AddHours(hour), 50)),
        ]) + "\n";
    }
}

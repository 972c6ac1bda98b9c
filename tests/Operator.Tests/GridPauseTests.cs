using System.Globalization;
using ModelOperator.Api;
using ModelOperator.GridSources;
using ModelOperator.Kubernetes;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>A run that is paused at work while the grid is dirty, from the users' side.</summary>
public sealed class GridPauseTests
{
    [Fact]
    public async Task A_run_works_in_the_clean_hours_from_checkpoint_to_checkpoint_and_says_what_that_saved()
    {
        await using var world = await ToyWorld.FakeAsync();
        var (begin, table) = (world.Time.GetUtcNow(), Path.GetTempFileName());
        try
        {
            await File.WriteAllTextAsync(table, Hours(begin));
            world.Node.FateOf = static pod => pod.Metadata.Labels![ModelOperatorApi.AttemptLabel] == "3" ? PodFate.Succeed : PodFate.SavesWhenAsked;
            await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run(RunScenario.Run, Objects.RunSpec with
            {
                Carbon = new TrainingCarbon { ExpectedSeconds = 72_000, Schedule = new TrainingCarbonSchedule { Policy = TrainingSchedulePolicy.Interruptible, MaxDelaySeconds = 172_800, MinimumRunSeconds = 60 } },
                Checkpoint = new TrainingCheckpoint { Uri = "pvc://ckpt/churn" },
                Deadlines = new TrainingDeadlines { ActiveSeconds = 259_200 },
            }));
            var options = OperatorInstance.Options with { Grid = new GridSourceOptions { Chain = [GridSourceNames.File], File = table } };
            await using var instance = await OperatorInstance.StartAsync(world, options: options);

            // Each time the clock jumps a minute past the next edge: the operator finds it by itself.
            await TrainsAsync(world, 1);
            await PauseAsync(world, begin.AddHours(10), 1);
            await world.QuietAsync(instance, TimeSpan.FromSeconds(20));
            JumpTo(world, begin.AddHours(16));
            await TrainsAsync(world, 2);
            await PauseAsync(world, begin.AddHours(22), 2);
            JumpTo(world, begin.AddHours(28));
            var run = await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => r.Status is { Phase: TrainingRunPhase.Succeeded, Reason: TrainingRunReasons.Succeeded }, Says);

            Assert.Equal((3, 2, 0), (run.Status!.Attempts!.Execution, run.Status.Attempts.Pauses, run.Status.Attempts.Failures));
            var pauses = run.Status.CarbonPauses!;
            Assert.Equal((2, null), (pauses.Count, pauses.ResumeTime));
            Assert.InRange(pauses.PausedSeconds, 30_000, 50_000);
            // Sixteen hours at 100 g; at once and without a pause six of them would have been at 400.
            Assert.InRange(run.Status.CarbonStart!.RealisedSavingPercent!.Value, 30, 60);
            Assert.True(run.Status.CarbonStart.RealisedSavingMilligrams > 0);
            Assert.Contains(await world.PodsAsync(RunScenario.Run), static p => p.Spec!.InitContainers!.Single(static c => c.Name == "trainer").Env!.Any(static e => e is { Name: "MODELOP_RESUME_FROM", Value.Length: > 0 }));
            // Nothing but statuses was written: Argo CD sees no drift.
            Assert.DoesNotContain(instance.Wire.Writes, static w => w.Path.Split('?')[0].EndsWith($"/trainingruns/{RunScenario.Run}", StringComparison.Ordinal));
            await world.UntilAsync(async () =>
            {
                var told = (await world.ListAsync(KubernetesDescriptors.Events)).Where(static e => e.Regarding?.Kind == "TrainingRun").Select(static e => e.Reason).ToHashSet(StringComparer.Ordinal);
                return told.Contains(TrainingRunReasons.PausedForGrid) && told.Contains(TrainingRunReasons.ResumedForGrid) ? null : "the events, which are written in the background";
            });
        }
        finally
        {
            File.Delete(table);
        }
    }

    private static Task<V1TrainingRun> TrainsAsync(ToyWorld world, int attempt) => world.UntilAsync(
        ModelOperatorDescriptors.TrainingRuns, RunScenario.Run,
        r => r.Status is { Phase: TrainingRunPhase.Running, CurrentAttempt: { StartedAt: not null, Reason: null } current } && current.Number == attempt, Says);

    private static async Task PauseAsync(ToyWorld world, DateTimeOffset dirty, int count)
    {
        JumpTo(world, dirty);
        var paused = await world.UntilAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run, static r => r.Status is { Phase: TrainingRunPhase.Paused, CurrentAttempt: null }, Says);
        Assert.Equal((TrainingRunReasons.PausedForGrid, count, count), (paused.Status!.Reason, paused.Status.CarbonPauses!.Count, paused.Status.Attempts!.Pauses));
        Assert.InRange(paused.Status.CarbonPauses.ResumeTime!.Value, dirty.AddHours(6).AddMinutes(-1), dirty.AddHours(6).AddMinutes(1));
        Assert.True(paused.Status.CarbonPauses.ExpectedSavingMilligrams > 0);
        Assert.DoesNotContain(await world.PodsAsync(RunScenario.Run), static p => p.Status?.Phase is "Pending" or "Running");
    }

    private static void JumpTo(ToyWorld world, DateTimeOffset edge)
    {
        if (edge.AddMinutes(1) - world.Time.GetUtcNow() is { Ticks: > 0 } ahead)
            ((FastTime)world.Time).Jump(ahead);
    }

    private static string Says(V1TrainingRun run) => $"{run.Status?.Phase} {run.Status?.Reason}: {run.Status?.Message}";

    /// <summary>100 g/kWh, but 400 from the tenth to the sixteenth hour and from the 22nd to the 28th, and a little more than 100 after that: not worth to wait for alone.</summary>
    private static string Hours(DateTimeOffset begin)
    {
        string Row(int hour) => string.Create(
            CultureInfo.InvariantCulture, $"DEU,average,{begin.AddHours(hour).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'},{(hour is >= 10 and < 16 or >= 22 and < 28 ? 400 : hour < 28 ? 100 : 120)},forecast");
        return string.Join('\n', ["zone,signal,start,gCO2e_per_kWh,kind", .. Enumerable.Range(-2, 74).Select(Row)]) + "\n";
    }
}

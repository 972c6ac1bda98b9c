using ModelOperator.Fakes;
using ModelOperator.Tests.Artifacts;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_run_goes_through_the_whole_room_and_then_nothing_more_is_written()
    {
        await using var world = await ServedWorld.StartAsync(_ => PodFate.Succeed);
        world.Create(Runs.Budget("500"));
        world.Create(Runs.Run());
        await world.StartOperatorAsync();
        Assert.True(await ServedWorld.UntilAsync(world.IsSettled, Patience), world.Run?.Status?.Message);
        Assert.Equal("diamonds-1", world.Run!.Status!.ModelVersion);
        Assert.Equal(1, world.PodsSeen);
        Assert.Single(world.Server.All("modelversions"));
        Assert.Equal(world.Run.Status.Energy!.EmissionsMilligrams, world.Budget.Status!.SettledMilligrams);
        await Eventually.SilentAsync(world.Server, TimeSpan.FromSeconds(3), static w => w.Resource != "events");
    }

    [Theory]
    [InlineData(nameof(PodFate.DeletedByUser))]
    [InlineData(nameof(PodFate.Evicted))]
    public async Task A_disrupted_Pod_is_followed_by_exactly_one_more(string fate)
    {
        await using var world = await ServedWorld.StartAsync(n => n == 1 ? Enum.Parse<PodFate>(fate) : PodFate.Succeed);
        world.Create(Runs.Budget("500"));
        world.Create(Runs.Run());
        await world.StartOperatorAsync();
        Assert.True(await ServedWorld.UntilAsync(world.IsSettled, Patience), world.Run?.Status?.Message);
        Assert.Equal(TrainingRunPhase.Succeeded, world.Run!.Status!.Phase);
        Assert.Equal(2, world.PodsSeen);
        Assert.Equal(1, world.Run.Status.Attempts!.Disruptions);
        Assert.Equal(0, world.Run.Status.Attempts.Failures);
    }

    [Fact]
    public async Task An_operator_that_dies_at_any_write_or_before_its_reply_changes_no_outcome()
    {
        var writes = await CountWritesAsync();
        Assert.InRange(writes, 10, 60);
        var cuts = from k in Enumerable.Range(1, writes) from point in Enum.GetValues<KillPoint>() select (k, point);
        List<string> differences = [];
        await Parallel.ForEachAsync(cuts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (cut, _) =>
        {
            if (await CutAsync(cut.k, cut.point) is { } difference)
            {
                lock (differences)
                    differences.Add($"{cut.point} {cut.k}: {difference}");
            }
        });
        Assert.Empty(differences);
    }

    private static async Task<int> CountWritesAsync()
    {
        await using var world = await ServedWorld.StartAsync(_ => PodFate.Succeed);
        world.Create(Runs.Budget("500"));
        world.Create(Runs.Run());
        world.Server.KillSwitch.Count();
        await world.StartOperatorAsync();
        Assert.True(await ServedWorld.UntilAsync(world.IsSettled, Patience), world.Run?.Status?.Message);
        return world.Server.KillSwitch.Writes;
    }

    /// <summary>Null when the end is that of an uncut run.</summary>
    private static async Task<string?> CutAsync(int k, KillPoint point)
    {
        await using var world = await ServedWorld.StartAsync(_ => PodFate.Succeed);
        world.Create(Runs.Budget("500"));
        world.Create(Runs.Run());
        world.Server.KillSwitch.Arm(k, point);
        await world.StartOperatorAsync();
        await ServedWorld.UntilAsync(() => world.Server.KillSwitch.Killed.IsCompleted || world.IsSettled(), Patience);
        await world.StopOperatorAsync();
        world.Server.KillSwitch.Disarm();
        await world.StartOperatorAsync();
        if (!await ServedWorld.UntilAsync(world.IsSettled, Patience))
            return $"not settled: {world.Run?.Status?.Phase} {world.Run?.Status?.Message}";
        var run = world.Run!;
        return (run.Status!.Phase, world.PodsSeen, run.Status.ModelVersion, run.Status.Attempts!.Execution, world.Server.All("modelversions").Count) switch
        {
            (not TrainingRunPhase.Succeeded, _, _, _, _) => $"{run.Status.Phase} {run.Status.Reason}: {run.Status.Message}",
            (_, not 1, _, _, _) => $"{world.PodsSeen} Pods",
            (_, _, not "diamonds-1", _, _) => $"version {run.Status.ModelVersion}",
            (_, _, _, not 1, _) => $"{run.Status.Attempts.Execution} attempts",
            (_, _, _, _, not 1) => "more than one version",
            _ when world.Budget.Status!.SettledMilligrams != run.Status.Energy!.EmissionsMilligrams => "the ledger's sum is not the run's",
            _ when world.Budget.Status!.SettledRuns != 1 => $"{world.Budget.Status!.SettledRuns} runs settled",
            _ => null,
        };
    }
}

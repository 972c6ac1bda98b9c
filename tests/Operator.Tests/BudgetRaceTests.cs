using System.Globalization;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>Five hundred runs at once and room for 137: never one too many, never one too few. As a benchmark fifty times.</summary>
public sealed class BudgetRaceTests
{
    /// <summary>A leader must renew its lease within 10 s whatever the pauses of a busy machine: not much faster than the system's clock.</summary>
    [Fact]
    public async Task However_replicas_die_and_writes_fail_exactly_as_many_start_as_there_is_room_for()
    {
        await PlayAsync("fake", Number("BENCH_ROUNDS", 1), Number("BENCH_PARALLEL", 1), static () => ToyWorld.FakeAsync(speed: 5));
        // The benchmark plays on a real server too.
        await PlayAsync("real", Number("BENCH_REAL_ROUNDS", 0), atOnce: 1, static () => ToyWorld.RealAsync(speed: 1));
    }

    private static async Task PlayAsync(string server, int rounds, int atOnce, Func<Task<ToyWorld>> start)
    {
        var table = Environment.GetEnvironmentVariable("BENCH_TABLE");
        await Parallel.ForEachAsync(Enumerable.Range(1, rounds), new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (round, _) =>
        {
            await using var world = await start();
            await using var race = new BudgetRace(world, round);
            var result = await race.PlayAsync();
            if (table is not null)
                await File.AppendAllTextAsync(table, $"{server} {round.ToString(CultureInfo.InvariantCulture)} {result}\n", CancellationToken.None);
            Assert.Equal((0, 0, BudgetRace.Room, BudgetRace.Room, 20), (result.Overdrawn, result.Unheld, result.MostHeld, result.Started, result.Denied));
        });
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}

using System.Collections.Concurrent;
using System.Globalization;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Registry;
using ModelOperator.Tests.Artifacts;
using ModelOperator.TrainingRuns;
using Npgsql;

namespace ModelOperator.Tests.Registry;

/// <summary>Outages of a server that each test has to itself.</summary>
public sealed class RegistryOutageTests : IAsyncLifetime
{
    private const int Objects = 120;

    private readonly PostgresServer server = new();

    public Task InitializeAsync() => server.InitializeAsync();

    public Task DisposeAsync() => server.DisposeAsync();

    [PostgresFact]
    public async Task A_database_that_is_down_at_start_is_filled_when_it_comes()
    {
        var connection = await server.CreateDatabaseAsync();
        await server.StopAsync("fast");
        await using var world = new RegistryWorld(connection);
        for (var i = 0; i < 50; i++)
            world.Put(Samples.Finished($"run-{i.ToString(CultureInfo.InvariantCulture)}"));
        // Gone before the database ever came: the journal knows it.
        world.Put(Samples.Finished("vanished"));
        world.Remove(Samples.Finished("vanished"));

        var results = await world.PassAsync();
        Assert.All(results, static result => Assert.Equal(ReconciliationOutcome.RequeueAfter, result.Outcome));
        Assert.Equal(52, world.Backlog.Count);
        Assert.False(world.Database.IsUp);
        Assert.Single(world.Log.Lines);

        await server.StartAsync();
        world.Advance(TimeSpan.FromSeconds(31));
        Assert.All(await world.PassAsync(), static result => Assert.Equal(ReconciliationOutcome.Done, result.Outcome));
        Assert.Equal(["51|1"], await PostgresServer.RowsAsync(connection, "SELECT count(*), count(deleted_at) FROM runs"));
        Assert.Equal(0, world.Backlog.Count);
        Assert.True(world.Database.IsUp);
    }

    [PostgresFact]
    public async Task An_outage_costs_few_tries_and_the_waits_grow()
    {
        var connection = await server.CreateDatabaseAsync();
        await server.StopAsync("fast");
        await using var world = new RegistryWorld(connection);
        for (var i = 0; i < 200; i++)
            world.Put(Samples.Run($"run-{i.ToString(CultureInfo.InvariantCulture)}"));
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            await world.PassAsync();
            waits.Add(world.Database.Wait!.Value.TotalSeconds);
            world.Advance(world.Database.Wait.Value);
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], waits);
        Assert.Single(world.Log.Lines);
    }

    [PostgresFact]
    public async Task What_was_written_before_the_volume_was_emptied_is_written_again()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Finished("a"));
        world.Put(Samples.Version(1));
        world.Put(Samples.Model(("champion", 1)));
        await world.PassAsync();
        await PostgresServer.ExecuteAsync(connection, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        world.Put(Samples.Run("b"));
        await world.PassAsync();
        Assert.False(world.Database.IsUp);
        world.Advance(TimeSpan.FromSeconds(2));
        await world.PassAsync();
        await world.PassAsync();
        Assert.Equal(["a", "b"], await PostgresServer.RowsAsync(connection, "SELECT name FROM runs ORDER BY name"));
        Assert.Equal(["champion|1"], await PostgresServer.RowsAsync(connection, "SELECT alias, number FROM aliases"));
    }

    [PostgresFact]
    public async Task A_wrong_password_is_said_without_the_password()
    {
        await using var world = new RegistryWorld(server.ConnectionTo("postgres", "not-the-p4ssword"));
        world.Put(Samples.Run("a"));
        await world.PassAsync();
        var line = Assert.Single(world.Log.Lines);
        Assert.Contains("password authentication failed for user \"modelop\" (SQLSTATE 28P01)", line, StringComparison.Ordinal);
        Assert.DoesNotContain("p4ssword", line, StringComparison.Ordinal);
        var failure = await Assert.ThrowsAnyAsync<NpgsqlException>(() => new RegistryQueries(world.Database).RunsAsync(null, 1, CancellationToken.None));
        Assert.DoesNotContain("p4ssword", failure.ToString(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Killed_in_the_middle_of_writes_it_loses_nothing_acknowledged_and_doubles_nothing()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection, TimeProvider.System);
        world.Put(Samples.Budget([.. Enumerable.Range(0, Objects).Select(static i => (Name(i), 800L))]));
        var acknowledged = new ConcurrentDictionary<string, int>();
        using var enough = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 3).Select(worker => Task.Run(() => WriteAsync(world, worker, acknowledged, enough.Token))).ToArray();
        var kills = 0;
        while (kills < 3)
        {
            var before = acknowledged.Values.Sum();
            await Eventually.TrueAsync(() => acknowledged.Values.Sum() > before + 150);
            await server.KillAsync();
            kills++;
            // Down: what is acknowledged now was acknowledged before the kill.
            var promised = acknowledged.ToDictionary();
            await server.StartAsync();
            var found = await FailuresAsync(connection);
            Assert.All(promised, pair => Assert.True(found.GetValueOrDefault(pair.Key, -1) >= pair.Value, $"{pair.Key}: promised {pair.Value}, found {found.GetValueOrDefault(pair.Key, -1)}"));
        }

        await enough.CancelAsync();
        await Task.WhenAll(workers);
        for (var i = 0; i < Objects; i++)
            world.Put(Samples.Finished(Name(i)));
        world.Put(Samples.Budget());
        await Eventually.TrueAsync(async () => (await world.PassAsync()).TrueForAll(static result => result.Outcome == ReconciliationOutcome.Done));

        Assert.Equal([$"{Objects}|{Objects}"], await PostgresServer.RowsAsync(connection, "SELECT count(*), count(*) FILTER (WHERE phase = 'Succeeded') FROM runs"));
        Assert.Equal(
            [$"reserve|{Objects}|{Objects}|{Objects * 800}", $"settle|{Objects}|{Objects}|{Objects * 500}"],
            await PostgresServer.RowsAsync(connection, "SELECT kind, count(*), count(DISTINCT run_uid), sum(milligrams)::bigint FROM budget_ledger WHERE kind <> 'roll' GROUP BY kind ORDER BY kind"));
        Assert.Equal(0, world.Backlog.Count);
    }

    /// <summary>A worker's own runs, each with more and more failures; the count that was acknowledged last is kept.</summary>
    private static async Task WriteAsync(RegistryWorld world, int worker, ConcurrentDictionary<string, int> acknowledged, CancellationToken enough)
    {
        for (var failures = 0; !enough.IsCancellationRequested; failures++)
        {
            for (var i = worker; i < Objects && !enough.IsCancellationRequested; i += 3)
            {
                world.Put(Samples.Run(Name(i), TrainingRunPhase.Running, failures));
                var result = await world.Writer.ReconcileAsync(RegistryKeys.Of("TrainingRun", "ml", Name(i)), CancellationToken.None);
                if (result.Outcome == ReconciliationOutcome.Done)
                    acknowledged[Name(i)] = failures;
                else
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }

            if (failures == 0)
                await world.Writer.ReconcileAsync(RegistryKeys.Of("CarbonBudget", "ml", "team"), CancellationToken.None);
        }
    }

    private static async Task<Dictionary<string, int>> FailuresAsync(string connection) =>
        (await PostgresServer.RowsAsync(connection, "SELECT name, failures FROM runs")).Select(static row => row.Split('|'))
        .ToDictionary(static row => row[0], static row => int.Parse(row[1], CultureInfo.InvariantCulture));

    private static string Name(int i) => "run-" + i.ToString(CultureInfo.InvariantCulture);
}

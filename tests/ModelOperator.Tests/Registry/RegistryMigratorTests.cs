using System.Collections.Immutable;
using ModelOperator.Fakes;
using ModelOperator.Registry;

namespace ModelOperator.Tests.Registry;

public sealed class RegistryMigratorTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly string[] Tables =
    [
        "alias_history", "aliases", "budget_ledger", "budget_overrides", "budget_windows", "budgets", "canaries", "canary_outcomes", "decisions", "model_versions", "models", "prediction_truths", "predictions", "run_attempts", "run_datasets", "run_energy_hours", "run_energy_recosts", "run_metrics", "run_phases", "runs",
        "schema_migrations", "serving_booked", "serving_energy_hours", "serving_energy_recosts", "serving_pods", "sweep_trials", "version_marks", "version_metrics",
    ];

    [PostgresFact]
    public async Task An_empty_database_gets_every_table_and_a_record_of_each_migration()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        Assert.Equal(RegistryWriteResult.Written, await world.Database.WriteAsync("test", [], CancellationToken.None));
        Assert.Equal(Tables, await PostgresServer.RowsAsync(connection, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"));
        Assert.Equal(
            RegistryMigrations.Load().Select(static m => $"{m.Version}|{m.Name}|{m.Checksum}"),
            await PostgresServer.RowsAsync(connection, "SELECT version, name, checksum FROM schema_migrations ORDER BY version"));
    }

    [PostgresFact]
    public async Task Every_table_of_the_history_has_the_tenant_key()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        await world.Database.WriteAsync("test", [], CancellationToken.None);
        Assert.Equal(
            Tables.Except(["schema_migrations", "serving_booked"]),
            await PostgresServer.RowsAsync(connection, "SELECT table_name::text FROM information_schema.columns WHERE column_name = 'namespace' AND table_schema = 'public' AND is_nullable = 'NO' ORDER BY 1"));
    }

    [PostgresFact]
    public async Task Many_operators_that_migrate_at_once_migrate_once()
    {
        var connection = await server.CreateDatabaseAsync();
        var worlds = Enumerable.Range(0, 6).Select(_ => new RegistryWorld(connection)).ToList();
        var results = await Task.WhenAll(worlds.Select(static world => world.Database.WriteAsync("test", [], CancellationToken.None)));
        Assert.All(results, static result => Assert.Equal(RegistryWriteResult.Written, result));
        Assert.Equal(1, worlds.Sum(static world => world.Log.Lines.Count(static line => line.Contains(" 2602 ", StringComparison.Ordinal))));
        foreach (var world in worlds)
            await world.DisposeAsync();
    }

    [PostgresFact]
    public async Task Another_checksum_is_refused_with_both_named_and_nothing_is_written()
    {
        var connection = await server.CreateDatabaseAsync();
        await using (var first = new RegistryWorld(connection))
            await first.Database.WriteAsync("test", [], CancellationToken.None);
        await PostgresServer.ExecuteAsync(connection, "UPDATE schema_migrations SET checksum = 'f00'");
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Run("a"));
        Assert.All(await world.PassAsync(), static result => Assert.NotNull(result.Delay));
        Assert.Contains(world.Log.Lines, static line => line.Contains("checksum f00, this operator carries " + RegistryMigrations.Load()[0].Checksum, StringComparison.Ordinal));
        Assert.Empty(await PostgresServer.RowsAsync(connection, "SELECT uid FROM runs"));
    }

    [PostgresFact]
    public async Task A_newer_database_is_refused_with_both_versions_named()
    {
        var connection = await server.CreateDatabaseAsync();
        await using (var first = new RegistryWorld(connection))
            await first.Database.WriteAsync("test", [], CancellationToken.None);
        await PostgresServer.ExecuteAsync(connection, "INSERT INTO schema_migrations (version, name, checksum) VALUES (99, 'future', 'x')");
        await using var world = new RegistryWorld(connection);
        Assert.Equal(RegistryWriteResult.Away, await world.Database.WriteAsync("test", [], CancellationToken.None));
        Assert.Contains(world.Log.Lines, static line => line.Contains($"schema is version 99, this operator knows {RegistryMigrations.Load()[^1].Version}", StringComparison.Ordinal));
        Assert.False(world.Database.IsUp);
    }

    [PostgresFact]
    public async Task A_migration_that_fails_leaves_nothing_behind()
    {
        var connection = await server.CreateDatabaseAsync();
        ImmutableArray<RegistryMigration> broken =
            [.. RegistryMigrations.Load(), RegistryMigrations.Parse("0002_broken", "CREATE TABLE extra (id int); SELECT nonsense;")];
        await using var database = new RegistryDatabase(connection, broken, new FakeTimeProvider(), new TextLogger<RegistryDatabase>());
        Assert.Equal(RegistryWriteResult.Away, await database.WriteAsync("test", [], CancellationToken.None));
        Assert.Empty(await PostgresServer.RowsAsync(connection, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Theory]
    [InlineData("", "1,2")]
    [InlineData("1:a", "2")]
    [InlineData("1:a 2:b", "")]
    [InlineData("1:x", "Migration 1 (one) was applied with checksum x")]
    [InlineData("1:a 3:c", "schema is version 3, this operator knows 2")]
    public void What_is_missing_follows_from_what_was_applied(string applied, string expected)
    {
        ImmutableArray<RegistryMigration> known = [new(1, "one", "", "a"), new(2, "two", "", "b")];
        var recorded = applied.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(static pair => pair[0] - '0', static pair => pair[2..]);
        string actual;
        try
        {
            actual = string.Join(',', RegistryMigrator.Missing(known, recorded).Select(static migration => migration.Version));
        }
        catch (RegistrySchemaException refused)
        {
            actual = refused.Message;
        }

        Assert.Contains(expected, actual, StringComparison.Ordinal);
        Assert.Equal(expected.Length == 0, actual.Length == 0);
    }

    [Fact]
    public void A_checksum_does_not_depend_on_line_ends() =>
        Assert.Equal(RegistryMigrations.Parse("0001_a", "x\ny\n").Checksum, RegistryMigrations.Parse("0001_a", "x\r\ny\r\n").Checksum);
}

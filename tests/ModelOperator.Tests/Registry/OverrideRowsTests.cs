using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes;
using ModelOperator.Registry;
using Overrides = ModelOperator.Tests.CarbonBudgets.Overrides.Things;

namespace ModelOperator.Tests.Registry;

public sealed class OverrideRowsTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string Question =
        "SELECT namespace, name, budget, run, COALESCE(run_uid, '-'), extra_milligrams, extra_milliwatt_hours, approved_by, reason, phase, COALESCE(booked_milligrams::text, '-'), deleted_at IS NOT NULL FROM budget_overrides ORDER BY name";

    private static V1BudgetOverride Used() => Overrides.Override(kilowattHours: "0.002") with
    {
        Status = new()
        {
            Phase = BudgetOverridePhase.Used,
            RunUid = "uid-r0",
            UsedBy = new() { Name = "r0", Uid = "uid-r0" },
            UsedAt = Overrides.Now,
            BookedMilligrams = 400,
            BookedMilliwattHours = 0,
            Booked = "0.4 g",
            Conditions = [new V1Condition { Type = "Ready", Status = "True", Reason = "OverrideUsed", Message = "used" }],
        },
    };

    [Theory]
    [InlineData("uid", "uid-o")]
    [InlineData("namespace", "team")]
    [InlineData("budget", "a")]
    [InlineData("budget_kind", "CarbonBudget")]
    [InlineData("run", "r0")]
    [InlineData("run_uid", "uid-r0")]
    [InlineData("extra_milligrams", 500L)]
    [InlineData("extra_milliwatt_hours", 2_000L)]
    [InlineData("approved_by", "bob")]
    [InlineData("reason", "a fix that cannot wait")]
    [InlineData("phase", "Used")]
    [InlineData("phase_reason", "OverrideUsed")]
    [InlineData("booked_milligrams", 400L)]
    [InlineData("deleted_at", null)]
    public void An_override_gives_its_columns(string column, object? expected) => Assert.Equal(expected, OverrideRows.Of(Used(), null)[0][column]);

    [PostgresFact]
    public async Task The_row_follows_the_object_and_outlives_it()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Overrides.Override());
        await world.PassAsync();
        Assert.Equal(["team|o|a|r0|-|500|0|bob|a fix that cannot wait|Pending|-|False"], await PostgresServer.RowsAsync(connection, Question));
        world.Put(Used());
        await world.PassAsync();
        world.Remove(Used());
        await world.PassAsync();
        Assert.Equal(["team|o|a|r0|uid-r0|500|2000|bob|a fix that cannot wait|Used|400|True"], await PostgresServer.RowsAsync(connection, Question));
    }

    [PostgresFact]
    public async Task An_override_that_vanished_while_nobody_looked_is_marked_by_the_sweep()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Used());
        await world.PassAsync();
        world.Overrides.Remove(Used());
        Assert.True(await world.Sweep.SweepAsync(CancellationToken.None));
        Assert.Equal(["team|o|a|r0|uid-r0|500|2000|bob|a fix that cannot wait|Used|400|True"], await PostgresServer.RowsAsync(connection, Question));
    }

    [PostgresFact]
    public async Task A_database_of_the_version_before_gets_the_table_and_keeps_its_rows()
    {
        var connection = await server.CreateDatabaseAsync();
        await using (var source = Npgsql.NpgsqlDataSource.Create(connection))
        {
            await using var open = await source.OpenConnectionAsync();
            await new RegistryMigrator([.. RegistryMigrations.Load().Take(3)]).MigrateAsync(open, CancellationToken.None);
        }

        await PostgresServer.ExecuteAsync(connection, "INSERT INTO runs (uid, namespace, name, model, phase, executions, failures, disruptions) VALUES ('gone', 'team', 'gone', 'diamonds', 'Succeeded', 1, 0, 0)");
        await using var world = new RegistryWorld(connection);
        var run = Samples.Run("b");
        run.Metadata.Annotations = new(StringComparer.Ordinal) { ["modeloperator.io/created-by"] = "alice" };
        world.Put(run);
        world.Put(Used());
        await world.PassAsync();
        Assert.Equal(["b|alice", "gone|-"], await PostgresServer.RowsAsync(connection, "SELECT name, COALESCE(created_by, '-') FROM runs ORDER BY name"));
        Assert.Equal(["Used|400"], await PostgresServer.RowsAsync(connection, "SELECT phase, booked_milligrams FROM budget_overrides"));
    }
}

using ModelOperator.Kubernetes;
using ModelOperator.Registry;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Tests.Registry;

public sealed class SweepRowsTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string Question = """
        SELECT t.trial, t.run, t.state, t.reason, t.rung, t.choice, COALESCE(t.params, r.params)->>'rounds', t.value, t.best, t.energy_milliwatt_hours, s.name, s.sweep_ending, s.sweep_reason, r.sweep, r.trial
        FROM sweep_trials t JOIN runs s ON s.uid = t.sweep_uid LEFT JOIN runs r ON r.uid = t.run_uid ORDER BY t.trial
        """;

    [PostgresFact]
    public async Task Every_trial_its_energy_and_the_reason_of_the_choice_can_be_asked_for()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Sweep(best: 1));
        await world.PassAsync();
        Assert.Equal(["1|true", "2|false", "3|false"], await PostgresServer.RowsAsync(connection, "SELECT trial, best::text FROM sweep_trials ORDER BY trial"));
        world.Put(Sweep(best: 2, ended: true));
        world.Put(Trial());
        await world.PassAsync();
        await world.PassAsync();
        Assert.Equal(
            [
                "1|search-t1|Failed|OOMKilled|1|trees|300|-|False|300|search|AllTrialsDone|lowest rmse|-|-",
                "2|search-t2|Succeeded|-|1|trees|300|0.4|True|500|search|AllTrialsDone|lowest rmse|search|2",
                "3|search-t3|Stopped|NotNeeded|-|-|-|-|False|-|search|AllTrialsDone|lowest rmse|-|-",
            ],
            await PostgresServer.RowsAsync(connection, Question));
    }

    [PostgresFact]
    public async Task Rows_from_before_stay_valid_and_are_filled_in_where_the_object_still_exists()
    {
        var connection = await server.CreateDatabaseAsync();
        await using (var source = Npgsql.NpgsqlDataSource.Create(connection))
        {
            await using var open = await source.OpenConnectionAsync();
            await new RegistryMigrator([.. RegistryMigrations.Load().Take(2)]).MigrateAsync(open, CancellationToken.None);
        }

        await PostgresServer.ExecuteAsync(connection, """
            INSERT INTO runs (uid, namespace, name, model, phase, executions, failures, disruptions)
            VALUES ('gone', 'ml', 'gone', 'diamonds', 'Succeeded', 1, 0, 0), ('uid-search-t2', 'ml', 'search-t2', 'diamonds', 'Running', 1, 0, 0)
            """);
        await using var world = new RegistryWorld(connection);
        world.Put(Trial());
        await world.PassAsync();
        Assert.Equal(
            ["gone|-|-|-|-", "search-t2|2|3|4|search"],
            await PostgresServer.RowsAsync(connection, "SELECT name, pauses, yields, ignored, sweep FROM runs ORDER BY name"));
        Assert.Contains(await new RegistryQueries(world.Database).RunsAsync("ml", 10, CancellationToken.None), static run => run.Name == "gone");
    }

    [Fact]
    public void The_trial_is_told_by_its_owner_and_its_label_and_by_nothing_else()
    {
        Assert.Equal(("search", "uid-search", 2L), Columns(Trial()));
        var foreign = Trial();
        foreign.Metadata.OwnerReferences = null;
        Assert.Equal((null, null, null), Columns(foreign));
        var unlabelled = Trial();
        unlabelled.Metadata.Labels = null;
        Assert.Equal(("search", "uid-search", null), Columns(unlabelled));
    }

    private static (object? Sweep, object? Uid, object? Trial) Columns(V1TrainingRun run)
    {
        var row = RunRows.Of(run, null)[0];
        return (row["sweep"], row["sweep_uid"], row["trial"]);
    }

    private static V1TrainingRun Trial()
    {
        var run = Samples.Run("search-t2");
        run.Metadata.OwnerReferences = [new V1OwnerReference { ApiVersion = "modeloperator.io/v1alpha1", Kind = "TrainingRun", Name = "search", Uid = "uid-search", Controller = true }];
        run.Metadata.Labels = new() { [SweepChild.TrialLabel] = "2" };
        run.Status = run.Status! with { Attempts = new() { Execution = 10, Pauses = 2, Yields = 3, Ignored = 4 } };
        return run;
    }

    private static V1TrainingRun Sweep(int best, bool ended = false)
    {
        var run = Samples.Run("search") with { };
        run.Metadata.ResourceVersion = ended ? "2" : "1";
        run.Status = run.Status! with
        {
            CurrentAttempt = null,
            Sweep = new SweepStatus
            {
                Best = new SweepBest { Trial = best, Run = $"search-t{best}", Value = "0.4" },
                Ending = ended ? SweepReasons.AllTrialsDone : null,
                Reason = ended ? "lowest rmse" : null,
                Trials =
                [
                    new() { Trial = 1, State = SweepTrialState.Failed, Reason = "OOMKilled", Rung = 1, Choice = "trees", Params = new Dictionary<string, string> { ["rounds"] = "300" }, Uid = "uid-search-t1", EnergyMilliwattHours = 300 },
                    new() { Trial = 2, State = SweepTrialState.Succeeded, Rung = 1, Choice = "trees", Value = "0.4", Uid = "uid-search-t2", EnergyMilliwattHours = 500 },
                    new() { Trial = 3, State = SweepTrialState.Stopped, Reason = SweepReasons.NotNeeded },
                ],
            },
        };
        return run;
    }
}

using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.ModelVersions;
using ModelOperator.Registry;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Registry;

public sealed class HistoryWriterTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [PostgresFact]
    public async Task A_run_is_written_once_and_again_only_when_it_changes()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Run("a"));
        await world.PassAsync();
        var first = await PostgresServer.RowsAsync(connection, "SELECT phase, xmin::text FROM runs");
        await world.PassAsync();
        await world.PassAsync();
        Assert.Equal(first, await PostgresServer.RowsAsync(connection, "SELECT phase, xmin::text FROM runs"));
        world.Put(Samples.Finished("a"));
        await world.PassAsync();
        Assert.Equal(["Succeeded|0.4515|300"], await PostgresServer.RowsAsync(connection, "SELECT phase, metrics->>'rmse', params->>'rounds' FROM runs"));
        Assert.Equal(0, world.Backlog.Count);
    }

    [PostgresFact]
    public async Task A_second_operator_changes_no_row_that_says_the_same()
    {
        var connection = await server.CreateDatabaseAsync();
        var rows = new List<List<string>>();
        for (var i = 0; i < 2; i++)
        {
            await using var world = new RegistryWorld(connection);
            Fill(world);
            await world.PassAsync();
            rows.Add(await PostgresServer.RowsAsync(connection, """
                SELECT 'run', uid, xmin::text FROM runs UNION ALL SELECT 'attempt', run_uid, xmin::text FROM run_attempts
                UNION ALL SELECT 'model', name, xmin::text FROM models UNION ALL SELECT 'version', name, xmin::text FROM model_versions
                UNION ALL SELECT 'alias', alias, xmin::text FROM aliases UNION ALL SELECT 'moves', alias, id::text FROM alias_history
                UNION ALL SELECT 'outcome', version, xmin::text FROM canary_outcomes UNION ALL SELECT 'decision', action, xmin::text FROM decisions
                UNION ALL SELECT kind, run_uid, id::text FROM budget_ledger UNION ALL SELECT 'window', budget, xmin::text FROM budget_windows ORDER BY 1, 2
                """));
        }

        Assert.True(rows[0].Count >= 12, string.Join('\n', rows[0]));
        Assert.Equal(rows[0], rows[1]);
    }

    [PostgresFact]
    public async Task An_alias_has_one_holder_and_every_move_is_remembered_once()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        foreach (var number in (int[])[1, 2, 3])
            world.Put(Samples.Version(number));
        foreach (var model in new[] { Samples.Model(("champion", 1)), Samples.Model(("champion", 2), ("next", 3)), Samples.Model(("next", 3)) })
        {
            world.Put(model);
            await world.PassAsync();
            await world.PassAsync();
        }

        Assert.Equal(["next|3"], await PostgresServer.RowsAsync(connection, "SELECT alias, number FROM aliases"));
        Assert.Equal(["champion|1", "champion|2", "next|3", "champion|-"], await PostgresServer.RowsAsync(connection, "SELECT alias, number FROM alias_history ORDER BY id"));
    }

    [PostgresFact]
    public async Task A_reservation_is_archived_and_settled_exactly_once()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Run("a"));
        world.Put(Samples.Budget(("a", 800)));
        await world.PassAsync();
        world.Put(Samples.Finished("a"));
        await world.PassAsync();
        Assert.Equal(["reserve|800"], await Ledger(connection));
        world.Put(Samples.Budget());
        await world.PassAsync();
        await world.PassAsync();
        Assert.Equal(["reserve|800", "settle|500"], await Ledger(connection));
    }

    [PostgresFact]
    public async Task A_hold_given_back_and_taken_again_is_two_reservations_one_release_and_one_settlement()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        var waiting = Samples.Run("a") with { Status = new() { Phase = TrainingRunPhase.Queued } };
        world.Put(waiting);
        world.Put(Samples.Budget(("a", 800)));
        await world.PassAsync();
        world.Put(Samples.Budget());
        // Another object changed as well: the run's key is given by the budget's change.
        await world.Writer.ReconcileAsync(RegistryKeys.Of(waiting), CancellationToken.None);
        var again = Samples.Budget(("a", 700));
        again.Status = again.Status! with { Holds = [again.Status.Holds![0] with { ReservedAt = Samples.Noon.AddHours(1) }] };
        world.Put(again);
        await world.PassAsync();
        world.Put(Samples.Finished("a"));
        world.Put(Samples.Budget());
        await world.PassAsync();
        Assert.Equal(["release|800", "reserve|700", "reserve|800", "settle|500"], (await Ledger(connection)).Order(StringComparer.Ordinal));
    }

    [PostgresFact]
    public async Task The_ledger_takes_no_update_and_no_delete()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Budget(("a", 800)));
        await world.PassAsync();
        foreach (var sql in (string[])["UPDATE budget_ledger SET milligrams = 0", "DELETE FROM budget_ledger"])
        {
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => PostgresServer.ExecuteAsync(connection, sql));
            Assert.Contains("append-only", refused.MessageText, StringComparison.Ordinal);
        }
    }

    [PostgresFact]
    public async Task Text_too_long_for_an_index_puts_off_its_object_and_no_other()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        var random = new Random(7);
        var revision = string.Concat(Enumerable.Range(0, 9_000).Select(_ => (char)random.Next('!', '~')));
        var tall = Samples.Run("a");
        world.Put(tall with { Spec = tall.Spec with { Source = new() { Revision = revision } } });
        world.Put(Samples.Run("b"));
        var results = await world.PassAsync();
        Assert.Equal(["b"], await PostgresServer.RowsAsync(connection, "SELECT name FROM runs"));
        Assert.True(world.Database.IsUp);
        Assert.Contains(results, static result => result.Delay == TimeSpan.FromMinutes(5));
        Assert.Contains(world.Log.Lines, static line => line.Contains("54000", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task A_metric_of_any_name_is_kept_and_one_that_nothing_can_name_is_not_searched_by()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        var random = new Random(7);
        var name = string.Concat(Enumerable.Range(0, 9_000).Select(_ => (char)random.Next('!', '~')));
        var version = Samples.Version(1);
        world.Put(version with { Spec = version.Spec with { Metrics = [new() { Name = name, Value = "1" }, new() { Name = new string('é', 256), Value = "2" }] } });
        await world.PassAsync();
        Assert.Equal(["2"], await PostgresServer.RowsAsync(connection, "SELECT count(*) FROM model_versions, jsonb_object_keys(metrics)"));
        Assert.Equal(["256|2"], await PostgresServer.RowsAsync(connection, "SELECT length(metric), value FROM version_metrics"));
    }

    [PostgresFact]
    public async Task The_aliases_of_a_model_that_vanished_while_nobody_looked_are_given_up()
    {
        var connection = await server.CreateDatabaseAsync();
        await using (var before = new RegistryWorld(connection))
        {
            before.Put(Samples.Version(1));
            before.Put(Samples.Model(("champion", 1)));
            await before.PassAsync();
        }

        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Version(1));
        Assert.True(await world.Sweep.SweepAsync(CancellationToken.None));
        Assert.True(await world.Sweep.SweepAsync(CancellationToken.None));
        Assert.Empty(await PostgresServer.RowsAsync(connection, "SELECT alias FROM aliases"));
        Assert.Equal(["champion|1", "champion|-"], await PostgresServer.RowsAsync(connection, "SELECT alias, number FROM alias_history ORDER BY id"));
        Assert.Equal(["diamonds|True"], await PostgresServer.RowsAsync(connection, "SELECT name, deleted_at IS NOT NULL FROM models"));
    }

    [PostgresFact]
    public async Task A_closed_window_keeps_its_last_sums()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        var january = Samples.Budget();
        world.Put(january);
        await world.PassAsync();
        // Seen by the informer only, never by a pass: the journal keeps it.
        var last = january with { Status = january.Status! with { SettledMilligrams = 4_200 } };
        world.Put(last);
        world.Put(last with { Status = last.Status with { WindowStart = last.Status.WindowEnd, WindowEnd = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), SettledMilligrams = 0, DebtMilligrams = 7 } });
        await world.PassAsync();
        Assert.Equal(["4200|True", "0|False"], await PostgresServer.RowsAsync(connection, "SELECT settled_milligrams, closed FROM budget_windows ORDER BY window_start"));
        Assert.Equal(["0", "7"], await PostgresServer.RowsAsync(connection, "SELECT milligrams FROM budget_ledger WHERE kind = 'roll' ORDER BY at"));
    }

    [PostgresFact]
    public async Task Every_decision_is_kept_even_when_passes_miss_some()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Canary(Samples.Decision(1, "Start", "CanaryStarted")));
        world.Put(Samples.Canary(Samples.Decision(2, "StepUp", "StepDone")));
        world.Put(Samples.Canary(Samples.Decision(3, "Rollback", "MetricFailed", "errors"), Samples.Outcome(3, "RolledBack", "errors")));
        await world.PassAsync();
        world.Put(Samples.Canary(Samples.Decision(4, "Start", "CanaryStarted"), Samples.Outcome(3, "RolledBack", "errors")));
        await world.PassAsync();
        Assert.Equal(["Start", "StepUp", "Rollback", "Start"], await PostgresServer.RowsAsync(connection, "SELECT action FROM decisions ORDER BY at"));
        var outcome = Assert.Single(await new RegistryQueries(world.Database).CanaryOutcomesAsync("ml", 10, CancellationToken.None));
        Assert.Equal(("RolledBack", "errors", "0.051", 400L), (outcome.Outcome, outcome.Metric, outcome.Value, outcome.Samples));
    }

    [PostgresFact]
    public async Task Deleted_objects_keep_their_last_state_and_get_the_time_of_their_end()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Run("a"));
        world.Put(Samples.Version(1));
        await world.PassAsync();
        // The end and the deletion come between two passes.
        world.Put(Samples.Finished("a"));
        world.Remove(Samples.Finished("a"));
        world.Remove(Samples.Version(1));
        await world.PassAsync();
        Assert.Equal(["Succeeded|False"], await PostgresServer.RowsAsync(connection, "SELECT phase, deleted_at IS NULL FROM runs"));
        Assert.Equal(["diamonds-1|False"], await PostgresServer.RowsAsync(connection, "SELECT name, deleted_at IS NULL FROM model_versions"));
        // A late word about the old object does not touch the one that has its name now.
        var anew = Samples.Version(1);
        anew.Metadata.Uid = "uid-anew";
        world.Put(anew);
        await world.PassAsync();
        world.Journal.Observe(new CacheChange<V1ModelVersion>(Samples.Version(1), null, false));
        await world.PassAsync();
        Assert.Equal(["uid-anew|True"], await PostgresServer.RowsAsync(connection, "SELECT uid, deleted_at IS NULL FROM model_versions"));
    }

    [PostgresFact]
    public async Task The_sweep_closes_what_nobody_saw_end()
    {
        var connection = await server.CreateDatabaseAsync();
        await using (var before = new RegistryWorld(connection))
        {
            Fill(before);
            before.Put(Samples.Run("gone"));
            before.Put(Samples.Budget(("gone", 900)));
            await before.PassAsync();
        }

        await using var world = new RegistryWorld(connection);
        Fill(world);
        await world.PassAsync();
        Assert.True(await world.Sweep.SweepAsync(CancellationToken.None));
        Assert.True(await world.Sweep.SweepAsync(CancellationToken.None));
        Assert.Equal(["a|True", "gone|False"], await PostgresServer.RowsAsync(connection, "SELECT name, deleted_at IS NULL FROM runs ORDER BY name"));
        Assert.Equal(["900|ReservedOfVanishedRun"], await PostgresServer.RowsAsync(connection, "SELECT milligrams, basis FROM budget_ledger WHERE kind = 'settle' AND run = 'gone'"));
    }

    [PostgresFact]
    public async Task A_refused_row_holds_nothing_else_up()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Version(1, runUid: "same"));
        world.Put(Samples.Run("a"));
        await world.PassAsync();
        world.Put(Samples.Version(2, runUid: "same"));
        world.Put(Samples.Run("b"));
        var results = await world.PassAsync();
        Assert.Equal([TimeSpan.FromMinutes(5)], results.Where(static result => result.Outcome == ReconciliationOutcome.RequeueAfter).Select(static result => result.Delay!.Value));
        Assert.Equal(["a", "b"], await PostgresServer.RowsAsync(connection, "SELECT name FROM runs ORDER BY name"));
        Assert.Contains(world.Log.Lines, static line => line.Contains("23505", StringComparison.Ordinal) && line.Contains("model_versions_run", StringComparison.Ordinal));
        Assert.True(world.Database.IsUp);
    }

    [PostgresFact]
    public async Task A_second_version_of_a_run_is_kept_without_the_run_once_its_condition_says_so()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Version(1, runUid: "same"));
        var second = Samples.Version(2, runUid: "same");
        world.Put(second with
        {
            Status = second.Status! with { Conditions = Conditions.Set(null, ModelVersionReasons.RunConflict, true, ModelVersionReasons.RunMadeAnother, "told", 1, Samples.Noon) },
        });
        await world.PassAsync();
        Assert.Equal(["diamonds-1|same", "diamonds-2|-"], await PostgresServer.RowsAsync(connection, "SELECT name, run_uid FROM model_versions ORDER BY name"));
        // The first one goes, and the condition with it.
        world.Remove(Samples.Version(1, runUid: "same"));
        world.Put(second);
        await world.PassAsync();
        Assert.Equal(["diamonds-2|same"], await PostgresServer.RowsAsync(connection, "SELECT name, run_uid FROM model_versions WHERE deleted_at IS NULL"));
    }

    [PostgresFact]
    public async Task A_version_made_again_with_other_bytes_takes_the_row_of_the_first_only_when_they_were_verified()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        var first = Samples.Version(1);
        world.Put(first);
        await world.PassAsync();
        world.Remove(first);
        var other = "sha256:" + new string('b', 64);
        var replaced = first with
        {
            Metadata = Samples.Meta("diamonds-1", "uid-replaced"),
            Spec = first.Spec with { Artifact = first.Spec.Artifact with { Digest = other } },
            Status = new() { Version = 1, Phase = ModelVersionPhase.Failed, Reason = ModelVersionReasons.ContentReplaced },
        };
        world.Put(replaced);
        await world.PassAsync();
        Assert.Equal([$"{Samples.Digest}|False"], await PostgresServer.RowsAsync(connection, "SELECT artifact_digest, deleted_at IS NULL FROM model_versions"));
        // The Model had forgotten.
        world.Put(replaced with { Status = new() { Version = 1, Phase = ModelVersionPhase.Ready, VerifiedDigest = other } });
        await world.PassAsync();
        Assert.Equal([$"{other}|True"], await PostgresServer.RowsAsync(connection, "SELECT artifact_digest, deleted_at IS NULL FROM model_versions"));
    }

    [PostgresFact]
    public async Task A_report_lists_runs_with_duration_error_energy_and_emissions()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Finished("a"));
        world.Put(Samples.Run("b"));
        await world.PassAsync();
        var runs = await new RegistryQueries(world.Database).RunsAsync(null, 10, CancellationToken.None);
        Assert.Equal(
            [("a", TimeSpan.FromMinutes(10), 0.4515, 1_000L, 500L), ("b", null, null, null, null)],
            runs.Select(static run => (run.Name, run.Duration, run.Rmse, run.MilliwattHours, run.Milligrams)));
        Assert.Empty(await new RegistryQueries(world.Database).RunsAsync("elsewhere", 10, CancellationToken.None));
    }

    private static void Fill(RegistryWorld world)
    {
        world.Put(Samples.Finished("a"));
        world.Put(Samples.Version(1, "uid-a"));
        world.Put(Samples.Version(2));
        world.Put(Samples.Model(("champion", 1)));
        world.Put(Samples.Canary(Samples.Decision(9, "Rollback", "MetricFailed", "errors"), Samples.Outcome(9, "RolledBack", "errors")));
        world.Put(Samples.Budget());
    }

    private static Task<List<string>> Ledger(string connection) =>
        PostgresServer.RowsAsync(connection, "SELECT kind, milligrams FROM budget_ledger WHERE kind <> 'roll' ORDER BY id");
}

using ModelOperator.Api;
using ModelOperator.Registry;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Registry;

public sealed class DatasetReportTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly string Old = "sha256:" + new string('a', 64);
    private static readonly string New = "sha256:" + new string('b', 64);

    [PostgresFact]
    public async Task Digests_over_time_and_what_was_made_from_each_are_listed_and_outlive_the_runs()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        foreach (var run in History())
            world.Put(run);
        await world.PassAsync();
        await world.PassAsync();
        var queries = new DatasetQueries(world.Database);
        var reports = await queries.DigestsAsync("ml", "train", 100, CancellationToken.None);
        Assert.Equal([Old, New], reports.Select(r => r.Digest));
        Assert.Equal(["first", "second"], reports[0].Runs);
        Assert.Equal(["diamonds-1", "diamonds-2"], reports[0].ModelVersions);
        Assert.Equal(((long?)100, (long?)3, "sha256:" + new string('c', 64)), (reports[0].Rows, reports[0].Columns, reports[0].ProfileDigest!));
        Assert.True(reports[0].FirstRead < reports[0].LastRead && reports[0].LastRead < reports[1].FirstRead);
        Assert.Equal(DatasetReports.Of(History(), "train").Select(Line), reports.Select(Line));
        Assert.Equal(DatasetReports.Table(DatasetReports.Of(History(), null)), DatasetReports.Table(await queries.DigestsAsync(null, null, 100, CancellationToken.None)));
        Assert.Empty(await queries.DigestsAsync("other", null, 100, CancellationToken.None));
    }

    [PostgresFact]
    public async Task A_history_from_before_the_table_is_taken_over()
    {
        var connection = await server.CreateDatabaseAsync();
        await using (var source = Npgsql.NpgsqlDataSource.Create(connection))
        {
            await using var open = await source.OpenConnectionAsync();
            Assert.Equal(1, Assert.Single(await new RegistryMigrator([RegistryMigrations.Load()[0]]).MigrateAsync(open, CancellationToken.None)));
        }

        await PostgresServer.ExecuteAsync(connection, $$"""
            INSERT INTO runs (uid, namespace, name, model, phase, executions, failures, disruptions, created_at, model_version, artifact_digest, datasets)
            VALUES ('u', 'ml', 'earlier', 'diamonds', 'Succeeded', 1, 0, 0, now(), 'diamonds-9', 'sha256:x', '[{"name":"train","uri":"modelop://x","digest":"{{Old}}","sizeBytes":7}]')
            """);
        await using var world = new RegistryWorld(connection);
        var report = Assert.Single(await new DatasetQueries(world.Database).DigestsAsync(null, null, 100, CancellationToken.None));
        Assert.Equal((Old, "earlier", "diamonds-9"), (report.Digest, report.Runs[0], report.ModelVersions[0]));
    }

    [Fact]
    public void The_table_is_for_people()
    {
        var lines = DatasetReports.Table(DatasetReports.Of(History(), null)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Equal("NAMESPACE   DATASET   DIGEST                FIRST READ          LAST READ           ROWS   COLUMNS   RUNS           MODEL VERSIONS", lines[0]);
        Assert.Equal("ml          train     sha256:aaaaaaaaaaaa   2026-01-15T12:02Z   2026-01-15T13:02Z   100    3         first,second   diamonds-1,diamonds-2", lines[1]);
        Assert.Equal("No run has read a dataset.\n", DatasetReports.Table([]));
    }

    private static string Line(DatasetReport r) => $"{r.Namespace} {r.Name} {r.Digest} {r.Uri} {r.FirstRead:O} {r.LastRead:O} {r.Rows} {r.Columns} {r.ProfileDigest} {string.Join(',', r.Runs)} {string.Join(',', r.ModelVersions)}";

    private static V1TrainingRun[] History() =>
    [
        Read("first", 0, Old, "diamonds-1"), Read("second", 1, Old, "diamonds-2"), Read("third", 2, New, "diamonds-3"),
    ];

    private static V1TrainingRun Read(string name, int hours, string digest, string version)
    {
        var run = Samples.Finished(name, version);
        run.Metadata.CreationTimestamp = Samples.Noon.AddHours(hours);
        run.Status = run.Status! with
        {
            RunningTime = run.Status.RunningTime!.Value.AddHours(hours),
            Resolved = new TrainingResolved { Datasets = [new DatasetRecord { Name = "train", Uri = "s3://b/t.csv", Digest = digest, SizeBytes = 10, Rows = 100, Columns = 3, ProfileDigest = "sha256:" + new string('c', 64) }] },
        };
        return run;
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using ModelOperator.Registry;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.RegistryApi;

/// <summary>A server that the test has to itself.</summary>
public sealed class ApiOutageTests : IAsyncLifetime
{
    private readonly PostgresServer server = new();

    public Task InitializeAsync() => server.InitializeAsync();

    public Task DisposeAsync() => server.DisposeAsync();

    [PostgresFact]
    public async Task While_the_database_is_away_callers_are_told_when_to_try_again_and_then_answered()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = await ApiWorld.StartAsync(connection);
        Assert.Contains("Migration 1 (history) is not applied", await PutOffAsync(world), StringComparison.Ordinal);

        await using var registry = new RegistryWorld(connection);
        registry.Put(Samples.Version(1));
        await registry.PassAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["diamonds-1"], await world.ItemsAsync("/api/v1/versions", "name"));

        await server.StopAsync("immediate");
        Assert.Equal("The database cannot be reached.", await PutOffAsync(world));
        Assert.Equal("The database cannot be reached.", await PutOffAsync(world));
        using (var alive = await world.AskAsync("/healthz"))
            Assert.True(alive.IsSuccessStatusCode);

        await server.StartAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["diamonds-1"], await world.ItemsAsync("/api/v1/versions", "name"));
        using var metrics = await world.AskAsync("/metrics");
        Assert.Contains("modelop_api_request_seconds_count{code=\"503\",operation=\"listVersions\"}", await metrics.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_database_that_was_put_back_is_read_by_the_sessions_that_knew_the_one_before()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = await ApiWorld.StartAsync(connection);
        for (var team = 1; team <= 2; team++)
        {
            await PostgresServer.ExecuteAsync(connection, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            await using var registry = new RegistryWorld(connection);
            var version = Samples.Version(1);
            registry.Put(version with { Spec = version.Spec with { Tags = new Dictionary<string, string> { ["team"] = $"{team}" } } });
            registry.Put(Samples.Model(("champion", 1)));
            await registry.PassAsync();
            // Often enough for a plan that is kept.
            for (var i = 0; i < 8; i++)
            {
                foreach (var path in (string[])["/api/v1/models/ml/diamonds/aliases/champion", "/api/v1/versions/ml/diamonds-1"])
                {
                    var (_, body) = await world.GetAsync(path);
                    Assert.Equal($"{team}", (string)body!["tags"]!["team"]!);
                }
            }
        }

        // As a migration of a newer operator may: the answer that was prepared would have other types. Who asks is put off once, at most.
        await PostgresServer.ExecuteAsync(connection, "ALTER TABLE model_versions ALTER COLUMN description TYPE varchar(4000), ALTER COLUMN reason TYPE varchar(4000)");
        var (status, changed) = await world.GetAsync("/api/v1/versions/ml/diamonds-1");
        if (status != 200)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            (status, changed) = await world.GetAsync("/api/v1/versions/ml/diamonds-1");
        }

        Assert.True(status == 200, changed?.ToJsonString());
    }

    [PostgresFact]
    public async Task Rows_from_before_are_found_by_metric_and_mark_after_the_upgrade_and_follow_every_change()
    {
        var connection = await server.CreateDatabaseAsync();
        await using (var source = Npgsql.NpgsqlDataSource.Create(connection))
        {
            await using var open = await source.OpenConnectionAsync();
            await new RegistryMigrator([.. RegistryMigrations.Load().Take(8)]).MigrateAsync(open, CancellationToken.None);
        }

        await PostgresServer.ExecuteAsync(connection, """
            INSERT INTO models (namespace, name) VALUES ('ml', 'diamonds');
            INSERT INTO model_versions (namespace, model, number, name, uid, phase, artifact_uri, artifact_digest, metrics, lineage)
            VALUES ('ml', 'diamonds', 1, 'diamonds-1', 'gone', 'Ready', 'u', 'd', '{"rmse": 545.1, "note": "fine"}', '{"revision": "abc", "datasets": [{"name": "train"}]}'),
                ('ml', 'diamonds', 2, 'diamonds-2', 'uid-v2', 'Ready', 'u', 'd', NULL, NULL);
            INSERT INTO runs (uid, namespace, name, model, phase, executions, failures, disruptions, metrics)
            VALUES ('uid-old', 'ml', 'old', 'diamonds', 'Succeeded', 1, 0, 0, '{"rmse": 0.5}');
            """);
        await using var registry = new RegistryWorld(connection);
        var second = Samples.Version(2);
        registry.Put(second with { Spec = second.Spec with { Metrics = [new() { Name = "rmse", Value = "100" }] } });
        registry.Put(Samples.Finished("fresh"));
        await registry.PassAsync();
        await using var world = await ApiWorld.StartAsync(connection);
        Assert.Equal(["diamonds-1"], await world.ItemsAsync("/api/v1/versions?metric=rmse>500&revision=abc&datasetName=train&archived=false", "name"));
        Assert.Equal(["diamonds-2"], await world.ItemsAsync("/api/v1/versions?metric=rmse<500", "name"));
        Assert.Equal(["old"], await world.ItemsAsync("/api/v1/runs?metric=rmse=0.5", "name"));
        Assert.Equal(["diamonds-2"], await world.ItemsAsync("/api/v1/versions?tag=team=a", "name"));
        registry.Put(second with { Spec = second.Spec with { Metrics = [new() { Name = "mae", Value = "7" }], Tags = new Dictionary<string, string> { ["team"] = "b" } } });
        await registry.PassAsync();
        Assert.Empty(await world.ItemsAsync("/api/v1/versions?tag=team=a", "name"));
        Assert.Equal(["diamonds-2"], await world.ItemsAsync("/api/v1/versions?tag=team=b", "name"));
        Assert.Equal(
            ["diamonds|1|rmse|545.1", "diamonds|2|mae|7"],
            await PostgresServer.RowsAsync(connection, "SELECT model, number, metric, value FROM version_metrics ORDER BY number, metric"));
    }

    private static async Task<string> PutOffAsync(ApiWorld world)
    {
        using var answer = await world.AskAsync("/api/v1/versions");
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.InRange(int.Parse(answer.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 60);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!;
    }
}

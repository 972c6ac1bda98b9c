using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Predictions;
using ModelOperator.Registry;
using ModelOperator.Tests.Registry;
using static ModelOperator.Tests.Predictions.ReceiverWorld;

namespace ModelOperator.Tests.Predictions;

/// <summary>The receiver against a real PostgreSQL.</summary>
public sealed class PredictionReceiverTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string Count = "SELECT (SELECT count(*) FROM predictions), (SELECT count(*) FROM prediction_truths)";

    [PostgresFact]
    public async Task What_the_server_writes_is_kept_once_however_often_it_comes()
    {
        await using var world = await StartAsync(await server.CreateDatabaseAsync());
        for (var i = 0; i < 3; i++)
        {
            var (status, receipt, _) = await world.PostAsync(PredictionContract.Batch);
            Assert.Equal((HttpStatusCode.OK, """{"taken":4,"refused":0,"reasons":[]}"""), (status, receipt.ToJsonString()));
        }

        Assert.Equal(
            ["ml|toys|toys-3~a|toys|toys-3|Regression|42.5|-|{\"age\": null, \"size\": 0.1, \"grade\": \"good\"}|40|-|2.5|-", "ml|toys|toys-3~b|toys|toys-3|Multiclass|1|mid|{\"size\": 2}|0|low|-|False"],
            await world.RowsAsync("SELECT namespace, canary, id, model, version, kind, prediction, label, features, truth, truth_label, error, correct FROM prediction_outcomes ORDER BY id"));
        Assert.Equal(["2026-01-31 12:00:00.25"], await world.RowsAsync("SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.FF2') FROM predictions WHERE id = 'toys-3~a'"));
        Assert.Contains("modelop_predictions_received_total{result=\"taken\"} 12\n", await world.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_truth_may_come_before_its_prediction_and_the_first_of_several_stays()
    {
        await using var world = await StartAsync(await server.CreateDatabaseAsync());
        await world.PostAsync(Truth("toys-3~a", 5));
        await world.PostAsync(Truth("toys-3~a", 9));
        Assert.Empty(await world.RowsAsync("SELECT id FROM prediction_outcomes"));
        await world.PostAsync(One("toys-3~a", 3));
        await world.PostAsync(One("toys-3~a", 4));
        Assert.Equal(["3|5|-2"], await world.RowsAsync("SELECT prediction, truth, error FROM prediction_outcomes"));
    }

    [PostgresFact]
    public async Task A_token_writes_about_its_own_version_only_and_no_other_token_writes_at_all()
    {
        await using var world = await StartAsync(await server.CreateDatabaseAsync());
        var (status, receipt, _) = await world.PostAsync(One("toys-3~a"), world.TokenFor(Toys with { Version = "toys-4" }));
        Assert.Equal((HttpStatusCode.OK, 0, 1), (status, (int)receipt["taken"]!, (int)receipt["refused"]!));
        Assert.StartsWith("predictions[0].id: 'toys-3~a' is not allowed: toys-4~", (string)receipt["reasons"]![0]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await world.PostAsync(One("toys-3~a"), world.TokenFor(Toys with { Canary = "other" }))).Status);
        Assert.Equal(["ml|other"], await world.RowsAsync("SELECT namespace, canary FROM predictions"));
        foreach (var (token, expected) in new[]
        {
            ("", HttpStatusCode.Unauthorized), ("nonsense", HttpStatusCode.Unauthorized), (new ArtifactTokens(ArtifactTokens.NewKey()).Issue(ArtifactScope.Log(Toys)), HttpStatusCode.Unauthorized),
            (world.Tokens.Issue(ArtifactScope.Log(Toys), world.Clock.GetUtcNow().AddSeconds(-1)), HttpStatusCode.Unauthorized),
            (world.Tokens.Issue(ArtifactScope.Admin), HttpStatusCode.Forbidden), (world.Tokens.Issue(ArtifactScope.Write("ml", "uid")), HttpStatusCode.Forbidden),
            (world.Tokens.Issue(ArtifactScope.Read(Sha256Digest.Of([]))), HttpStatusCode.Forbidden),
        })
            Assert.Equal((token, expected), (token, (await world.PostAsync(One("toys-3~b"), token)).Status));
        File.Delete(world.KeyFile);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.PostAsync(One("toys-3~b"))).Status);
        Assert.Equal(["1|0"], await world.RowsAsync(Count));
    }

    [PostgresFact]
    public async Task What_is_no_batch_is_refused_and_nothing_of_it_is_kept()
    {
        await using var world = await StartAsync(await server.CreateDatabaseAsync());
        var many = "{\"truths\":[" + string.Join(',', Enumerable.Range(0, PredictionBatch.MostRows + 1).Select(static i => $$"""{"id":"toys-3~{{i}}","at":"2026-01-31T12:00:00Z","truth":1}""")) + "]}";
        foreach (var (body, expected) in new[]
        {
            ("", HttpStatusCode.BadRequest), ("[]", HttpStatusCode.BadRequest), ("{\"predictions\":[{\"id\":7}]}", HttpStatusCode.BadRequest), ("{\"predictions\":[{\"prediction\":NaN}]}", HttpStatusCode.BadRequest),
            (One("toys-3~a")[..^3], HttpStatusCode.BadRequest), ("null", HttpStatusCode.UnprocessableEntity), (many, HttpStatusCode.UnprocessableEntity),
            (new string(' ', PredictionBatch.MostBytes + 1), HttpStatusCode.RequestEntityTooLarge), (string.Concat(Enumerable.Repeat("{\"predictions\":[{\"features\":", 60)), HttpStatusCode.BadRequest),
        })
            Assert.Equal(expected, (await world.PostAsync(body)).Status);
        Assert.Equal(["0|0"], await world.RowsAsync(Count));
    }

    [PostgresFact]
    public async Task A_batch_whose_answer_nobody_heard_may_be_sent_again()
    {
        await using var world = await StartAsync(await server.CreateDatabaseAsync());
        var body = Encoding.UTF8.GetBytes(PredictionContract.Batch);
        var head = Encoding.ASCII.GetBytes($"POST {PredictionEndpoint.Path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.TokenFor(Toys)}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        // Cut off at any point: at the last one the batch is whole, and may be committed while its sender is dead already.
        foreach (var sent in new[] { 1, head.Length, head.Length + (body.Length / 2), head.Length + body.Length - 1, head.Length + body.Length })
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) };
            await socket.ConnectAsync(IPAddress.Loopback, world.Http.BaseAddress!.Port);
            await socket.SendAsync(new[] { head, body }.SelectMany(static part => part).Take(sent).ToArray());
        }

        Assert.Equal(HttpStatusCode.OK, (await world.PostAsync(PredictionContract.Batch)).Status);
        Assert.Equal(["2|2"], await world.RowsAsync(Count));
    }

    [PostgresFact]
    public async Task A_user_of_the_database_that_may_only_add_is_enough()
    {
        var connection = await server.CreateDatabaseAsync();
        await MigrateAsync(connection);
        // The documented grants, and no more.
        await PostgresServer.ExecuteAsync(connection, """
            CREATE ROLE intake LOGIN PASSWORD 'intake';
            GRANT INSERT ON predictions, prediction_truths TO intake;
            GRANT SELECT ON schema_migrations TO intake;
            """);
        await using var world = await StartAsync(new Npgsql.NpgsqlConnectionStringBuilder(connection) { Username = "intake", Password = "intake" }.ConnectionString, migrate: false);
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.OK, (await world.PostAsync(PredictionContract.Batch)).Status);
        Assert.Equal(["2|2"], await PostgresServer.RowsAsync(connection, Count));
    }

    [PostgresFact]
    public async Task Without_its_migration_the_receiver_puts_off_and_never_migrates()
    {
        await using var world = await StartAsync(await server.CreateDatabaseAsync(), migrate: false);
        var (status, problem, retry) = await world.PostAsync(One("toys-3~a"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unavailable"), (status, (string)problem["reason"]!));
        Assert.NotNull(retry);
        Assert.Equal(["0"], await world.RowsAsync("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }

    [PostgresFact]
    public async Task What_was_kept_long_enough_is_removed_and_the_rest_stays()
    {
        await using var world = await StartAsync(await server.CreateDatabaseAsync());
        await world.PostAsync(One("toys-3~old"));
        await world.PostAsync(Truth("toys-3~old", 1));
        // More than one statement removes.
        await PostgresServer.ExecuteAsync(world.Connection, """
            INSERT INTO predictions (namespace, canary, id, model, version, at, kind, prediction) SELECT 'ml', 'toys', 'toys-3~' || i, 'toys', 'toys-3', now(), 'Regression', i FROM generate_series(1, 25000) AS i;
            UPDATE predictions SET recorded_at = now() - interval '31 days';
            UPDATE prediction_truths SET recorded_at = now() - interval '29 days';
            """);
        await world.PostAsync(One("toys-3~new"));
        await using var registry = new RegistryWorld(world.Connection);
        Assert.Equal(0, await new PredictionRetention(TimeSpan.Zero).SweepAsync(registry.Database, CancellationToken.None));
        var sweep = new HistorySweep(registry.Database, registry.Journal, registry.Stores, registry.Clock, new PredictionRetention(TimeSpan.FromDays(30)));
        Assert.True(await sweep.SweepAsync(CancellationToken.None));
        Assert.Equal(["toys-3~new"], await world.RowsAsync("SELECT id FROM predictions"));
        Assert.Equal(["1|1"], await world.RowsAsync(Count));
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Registry;
using ModelOperator.Tests.Artifacts;
using ModelOperator.Tests.Predictions;

namespace ModelOperator.Tests.Registry;

/// <summary>SIGKILL to a server that the test has to itself, at moments that nobody chose, while versions, predictions and truths are written to it.</summary>
public sealed class DatabaseKillTests : IAsyncLifetime
{
    private const int Kills = 3;
    private const int Seed = 20261122;

    /// <summary>What is acknowledged between two kills, at least, by the slower of the two ways.</summary>
    private const int Between = 25;

    private readonly PostgresServer server = new();
    private readonly ConcurrentQueue<int> registered = [];
    private readonly ConcurrentQueue<int> received = [];

    public Task InitializeAsync() => server.InitializeAsync();

    public Task DisposeAsync() => server.DisposeAsync();

    [PostgresFact]
    public async Task Killed_at_random_moments_it_has_every_version_alias_prediction_and_truth_that_was_acknowledged_exactly_once()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var registry = new RegistryWorld(connection);
        await using var receiver = await ReceiverWorld.StartAsync(connection);
        using var enough = new CancellationTokenSource();
        var writers = new[] { Task.Run(() => RegisterAsync(registry, enough.Token)), Task.Run(() => ReceiveAsync(receiver, enough.Token)) };
        var random = new Random(Seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            var (versions, predictions) = (registered.Count, received.Count);
            // A writer that has failed is waited for no longer, and says why below.
            await Eventually.TrueAsync(() => Array.Exists(writers, static writer => writer.IsCompleted) || (registered.Count >= versions + Between && received.Count >= predictions + Between));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200)), TimeProvider.System);
            await server.KillAsync();
            // It is down: what is acknowledged now was acknowledged by the server that was killed.
            var (promised, taken) = (registered.ToArray(), received.ToArray());
            await server.StartAsync();
            await AssertKeptAsync(connection, promised, taken);
        }

        await enough.CancelAsync();
        // Each writes until what it has begun is acknowledged.
        await Task.WhenAll(writers);
        await Eventually.TrueAsync(async () =>
        {
            registry.Advance(TimeSpan.FromMinutes(1));
            return (await registry.PassAsync()).TrueForAll(static result => result.Outcome == ReconciliationOutcome.Done);
        });
        Assert.Equal((0, true), (registry.Backlog.Count, registry.Database.IsUp));
        await AssertKeptAsync(connection, [.. registered], [.. received]);

        // Nothing is there twice either: an alias was moved to each version, and its history, which has no key but a number, says so once.
        var all = Enumerable.Range(1, registered.Count).Select(static number => number.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(all, await PostgresServer.RowsAsync(connection, "SELECT number FROM alias_history ORDER BY id"));
        Assert.Equal([$"{registered.Count}"], await PostgresServer.RowsAsync(connection, "SELECT number FROM aliases"));
        Assert.Equal([$"{registered.Count}|{registered.Count}"], await PostgresServer.RowsAsync(connection, "SELECT count(*), count(DISTINCT uid) FROM model_versions"));
        Assert.Equal([$"{received.Count}|{received.Count}"], await PostgresServer.RowsAsync(connection, "SELECT sum(predictions)::bigint, sum(labelled)::bigint FROM prediction_windows WHERE size = 'day'"));
    }

    private static async Task AssertKeptAsync(string connection, int[] versions, int[] predictions)
    {
        var (numbers, aliased) = (await NumbersAsync(connection, "SELECT number FROM model_versions"), await NumbersAsync(connection, "SELECT number FROM alias_history"));
        Assert.Empty(versions.Except(numbers));
        Assert.Empty(versions.Except(aliased));
        const string Pairs = "FROM predictions p FULL JOIN prediction_truths t USING (namespace, canary, id)";
        Assert.Empty(predictions.Except(await NumbersAsync(connection, $"SELECT p.prediction::bigint {Pairs} WHERE t.truth = p.prediction + 1")));
        // Of each pair both: a batch is committed as a whole.
        Assert.Equal(["0"], await PostgresServer.RowsAsync(connection, $"SELECT count(*) {Pairs} WHERE t.truth IS DISTINCT FROM p.prediction + 1"));
    }

    private static async Task<List<int>> NumbersAsync(string connection, string sql) =>
        [.. (await PostgresServer.RowsAsync(connection, sql)).Select(static row => int.Parse(row, CultureInfo.InvariantCulture))];

    /// <summary>One version after another, each with the alias moved to it.</summary>
    private async Task RegisterAsync(RegistryWorld world, CancellationToken enough)
    {
        for (var number = 1; !enough.IsCancellationRequested; number++)
        {
            world.Put(Samples.Version(number));
            await WriteAsync(world, RegistryKeys.Of(Samples.Version(number)));
            world.Put(Samples.Model(("champion", number)));
            await WriteAsync(world, RegistryKeys.Of(Samples.Model()));
            registered.Enqueue(number);
        }
    }

    /// <summary>As the queue of the operator does: again and again, as soon as a try is worth it.</summary>
    private static async Task WriteAsync(RegistryWorld world, NamespacedName key)
    {
        while ((await world.Writer.ReconcileAsync(key, CancellationToken.None)).Outcome != ReconciliationOutcome.Done)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            world.Advance(TimeSpan.FromSeconds(31));
        }
    }

    /// <summary>As a model server does: the same batch until it is acknowledged.</summary>
    private async Task ReceiveAsync(ReceiverWorld world, CancellationToken enough)
    {
        for (var i = 1; !enough.IsCancellationRequested; i++)
        {
            var batch = string.Create(CultureInfo.InvariantCulture, $"{ReceiverWorld.One($"toys-3~{i}", i)[..^1]},{ReceiverWorld.Truth($"toys-3~{i}", i + 1)[1..]}");
            while ((await world.PostAsync(batch)).Status is not HttpStatusCode.OK and var status)
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
                world.Clock.Advance(TimeSpan.FromSeconds(31));
            }

            received.Enqueue(i);
        }
    }
}

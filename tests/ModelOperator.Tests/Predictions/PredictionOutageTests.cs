using System.Net;
using ModelOperator.Tests.Registry;
using static ModelOperator.Tests.Predictions.ReceiverWorld;

namespace ModelOperator.Tests.Predictions;

/// <summary>A server that the test has to itself.</summary>
public sealed class PredictionOutageTests : IAsyncLifetime
{
    private readonly PostgresServer server = new();

    public Task InitializeAsync() => server.InitializeAsync();

    public Task DisposeAsync() => server.DisposeAsync();

    [PostgresFact]
    public async Task While_the_database_is_away_servers_are_put_off_and_what_was_acknowledged_is_there_afterwards()
    {
        await using var world = await StartAsync(await server.CreateDatabaseAsync());
        Assert.Equal(HttpStatusCode.OK, (await world.PostAsync(One("toys-3~a"))).Status);
        await server.StopAsync("immediate");
        for (var i = 0; i < 2; i++)
        {
            var (status, _, retry) = await world.PostAsync(One("toys-3~b"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.InRange(retry!.Value.TotalSeconds, 1, 60);
        }

        using (var alive = await world.Http.GetAsync(new Uri("/healthz", UriKind.Relative)))
            Assert.True(alive.IsSuccessStatusCode);
        await server.StartAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await world.PostAsync(One("toys-3~b"))).Status);
        Assert.Equal(["toys-3~a", "toys-3~b"], await world.RowsAsync("SELECT id FROM predictions ORDER BY id"));
        Assert.Contains("modelop_predictions_received_total{result=\"away\"} 2\n", await world.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }
}

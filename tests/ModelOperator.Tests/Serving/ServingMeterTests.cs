using ModelOperator.Serving;
using ModelOperator.Tests.EnergyMetering;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.Serving;

/// <summary>Hours of serving in a real PostgreSQL, over ends of Pods, of processes, of the database and of Prometheus.</summary>
public sealed class ServingMeterTests(PostgresServer server) : IClassFixture<PostgresServer>, IAsyncLifetime
{
    private const string Hours = "SELECT to_char(hour AT TIME ZONE 'UTC', 'HH24') || ' ' || serving, seconds, energy_milliwatt_hours, energy_method FROM serving_energy_hours ORDER BY hour, serving";
    private FakePrometheus prometheus = null!;

    public async Task InitializeAsync() => prometheus = await FakePrometheus.StartAsync();

    public async Task DisposeAsync() => await prometheus.DisposeAsync();

    [PostgresFact]
    public async Task Servers_and_gateways_are_booked_by_the_hour_with_Pods_that_came_and_went()
    {
        await using var world = new ServingWorld(await server.CreateDatabaseAsync());
        world.Start("price-1-a");
        world.Start("gateway", ServingPod.Gateway);
        await world.AdvanceAsync(20);
        var second = world.Start("price-2-a", version: "diamonds-2");
        await world.AdvanceAsync(30);
        world.Stop(second);
        Assert.Empty(await world.RowsAsync(Hours));
        await world.AdvanceAsync(80);
        Assert.Equal(
            [
                "12 ml/price/gateway/diamonds-1|3600|2400|ModelledCPU", "12 ml/price/server/diamonds-1|3600|2400|ModelledCPU", "12 ml/price/server/diamonds-2|1800|1200|ModelledCPU",
                "13 ml/price/gateway/diamonds-1|3600|2400|ModelledCPU", "13 ml/price/server/diamonds-1|3600|2400|ModelledCPU",
            ],
            await world.RowsAsync(Hours));
        // What is booked to its end is forgotten.
        Assert.Equal(["gateway", "price-1-a"], await world.RowsAsync("SELECT name FROM serving_pods ORDER BY 1"));
        // 1,200 mWh with PUE 1.2 at 0.3 EUR a kWh.
        Assert.Equal(["diamonds|DEU|EUR|432|1200|0"], await world.RowsAsync("SELECT model, zone, currency, cost_micros, pue_milli, gpu_seconds FROM serving_energy_hours WHERE version = 'diamonds-2'"));
    }

    [PostgresFact]
    public async Task A_restart_at_any_time_neither_loses_nor_doubles_an_hour()
    {
        var expected = await StoryAsync(-1);
        Assert.Equal(5, expected.Count);
        // Passes are every five minutes; the process is killed after one of them, each time another.
        for (var kill = 1; kill <= 40; kill += 3)
            Assert.Equal(expected, await StoryAsync(kill));
    }

    [PostgresFact]
    public async Task An_operator_that_was_away_for_hours_books_them_when_it_is_back()
    {
        await using var world = new ServingWorld(await server.CreateDatabaseAsync());
        world.Start("price-1-a");
        var second = world.Start("price-2-a", version: "diamonds-2");
        await world.AdvanceAsync(15);
        // Nobody looks; one Pod goes unseen. Its time counts until it was last seen.
        world.Stop(second, unseen: true);
        world.Clock.Advance(TimeSpan.FromHours(3));
        world.Restart();
        await world.PassAsync();
        Assert.Equal(
            ["12 ml/price/server/diamonds-1|3600|2400|ModelledCPU", "12 ml/price/server/diamonds-2|900|600|ModelledCPU", "13 ml/price/server/diamonds-1|3600|2400|ModelledCPU", "14 ml/price/server/diamonds-1|3600|2400|ModelledCPU"],
            await world.RowsAsync(Hours));
        Assert.Equal(Samples.Noon.AddHours(3), world.Meter.BookedUntil);
    }

    [PostgresFact]
    public async Task Two_processes_that_book_the_same_hour_leave_it_once()
    {
        await using var world = new ServingWorld(await server.CreateDatabaseAsync());
        world.Start("price-1-a");
        await world.PassAsync();
        var old = world.Meter;
        world.Restart();
        await world.PassAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(65));
        await old.ReconcileAsync(ServingMeter.Key, CancellationToken.None);
        await world.PassAsync();
        await old.ReconcileAsync(ServingMeter.Key, CancellationToken.None);
        Assert.Equal(["12 ml/price/server/diamonds-1|3600|2400|ModelledCPU"], await world.RowsAsync(Hours));
    }

    [PostgresFact]
    public async Task Hours_wait_for_a_database_that_is_away()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new ServingWorld(connection);
        world.Start("price-1-a");
        await world.PassAsync();
        // A rename of the table is an outage to the operator: neither a row's fault nor contention.
        await PostgresServer.ExecuteAsync(connection, "ALTER TABLE serving_energy_hours RENAME TO hidden");
        await world.AdvanceAsync(130);
        Assert.Equal(Samples.Noon, world.Meter.BookedUntil);
        await PostgresServer.ExecuteAsync(connection, "ALTER TABLE hidden RENAME TO serving_energy_hours");
        await world.AdvanceAsync(10);
        Assert.Equal(["12 ml/price/server/diamonds-1|3600|2400|ModelledCPU", "13 ml/price/server/diamonds-1|3600|2400|ModelledCPU"], await world.RowsAsync(Hours));
    }

    [PostgresFact]
    public async Task A_database_that_comes_back_as_it_was_before_is_filled_up_from_its_own_mark()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new ServingWorld(connection);
        world.Start("price-1-a");
        await world.AdvanceAsync(130);
        var all = await world.RowsAsync(Hours);
        Assert.Equal(2, all.Count);
        // An outage, and a backup of half an hour past twelve is restored.
        await PostgresServer.ExecuteAsync(connection, "ALTER TABLE serving_pods RENAME TO hidden");
        await world.AdvanceAsync(5);
        await PostgresServer.ExecuteAsync(connection, "ALTER TABLE hidden RENAME TO serving_pods; DELETE FROM serving_energy_hours; UPDATE serving_booked SET booked_until = '2026-01-15T12:00:00Z'");
        await world.AdvanceAsync(15);
        Assert.Equal(all, await world.RowsAsync(Hours));
    }

    [PostgresFact]
    public async Task Sensors_the_kubelets_series_and_the_gateways_counts_are_in_the_hour()
    {
        await using var world = new ServingWorld(await server.CreateDatabaseAsync(), prometheus);
        world.Start("price-1-a");
        world.Start("price-2-a", version: "diamonds-2");
        // Kepler knows the first Pod: 2 J/s of CPU, 1 J/s of memory. The kubelet knows the second: a tenth of a core.
        foreach (var (zone, watts) in new[] { ("package-0", 2), ("dram-0", 1) })
            world.Record($"kepler_pod_cpu_joules_total{{pod_namespace=\"ml\",pod_name=\"price-1-a\",zone=\"{zone}\",pod_id=\"x\"}}", -60, 3_660, s => 500 + (s * watts));
        world.Record("container_cpu_usage_seconds_total{namespace=\"ml\",pod=\"price-2-a\",container=\"server\",cpu=\"total\"}", 0, 3_660, s => s * 0.1);
        world.Record("container_network_transmit_bytes_total{namespace=\"ml\",pod=\"price-2-a\",interface=\"eth0\"}", 0, 3_660, s => s * 10.0);
        foreach (var (version, rate, code) in new[] { ("diamonds-1", 3, 200), ("diamonds-2", 1, 200), ("diamonds-2", 7, 500) })
            world.Record($"modelop_gateway_requests_total{{namespace=\"ml\",canary=\"price\",version=\"{version}\",pod=\"g\",code=\"{code}\"}}", -60, 3_660, s => 100 + (s * rate));
        await world.AdvanceAsync(65);
        // 3 W for an hour; 0.1 cores at 4 W and 1 GiB of memory.
        Assert.Equal(["12 ml/price/server/diamonds-1|3600|3000|MeasuredCounter", "12 ml/price/server/diamonds-2|3600|800|ModelledCPU"], await world.RowsAsync(Hours));
        Assert.Equal(
            ["10800|-|-|1800", "3600|360|36000|1800"],
            await world.RowsAsync("SELECT predictions, cpu_seconds_used, network_bytes_sent, cpu_seconds_requested FROM serving_energy_hours ORDER BY version"));
    }

    [PostgresFact]
    public async Task An_hour_waits_for_Prometheus_and_is_modelled_after_six_hours()
    {
        await using var world = new ServingWorld(await server.CreateDatabaseAsync(), prometheus);
        world.Start("price-1-a");
        for (var i = 0; i < 2_000; i++)
            prometheus.Failures.Enqueue(503);
        await world.AdvanceAsync(120);
        Assert.Empty(await world.RowsAsync(Hours));
        await world.AdvanceAsync(310);
        Assert.Equal(["12 ml/price/server/diamonds-1|3600|2400|ModelledCPU"], await world.RowsAsync(Hours));
        prometheus.Failures.Clear();
        await world.AdvanceAsync(5);
        Assert.Equal(7, (await world.RowsAsync(Hours)).Count);
    }

    /// <summary>Two hours with Pods that come and go, killed after some pass: all rows, and what they sum up to.</summary>
    private async Task<List<string>> StoryAsync(int kill)
    {
        await using var world = new ServingWorld(await server.CreateDatabaseAsync());
        world.Start("price-1-a");
        await world.PassAsync();
        Kubernetes.V1Pod? second = null;
        for (var pass = 1; pass <= 40; pass++)
        {
            if (pass == 3)
                second = world.Start("price-2-a", version: "diamonds-2");
            if (pass == 14)
                world.Stop(second!);
            await world.AdvanceAsync(5);
            if (pass == kill)
                world.Restart();
        }

        return await world.RowsAsync(Hours);
    }
}

using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;
using ModelOperator.Hosting;
using ModelOperator.Registry;
using ModelOperator.Serving;
using ModelOperator.Tests.EnergyMetering;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.Serving;

/// <summary>Hours of serving in the accounts: with the run that the version came from, by phase, and costed again.</summary>
public sealed class ServingAccountsTests(PostgresServer server) : IClassFixture<PostgresServer>, IAsyncLifetime
{
    private FakePrometheus prometheus = null!;

    public async Task InitializeAsync() => prometheus = await FakePrometheus.StartAsync();

    public async Task DisposeAsync() => await prometheus.DisposeAsync();

    [PostgresFact]
    public async Task Serving_belongs_to_the_run_model_dataset_framework_region_and_user_of_its_version()
    {
        var (world, connection) = await FilledAsync();
        await using var _ = world;
        // The run: 1 kWh with PUE 1.2, 100 g. Serving, two hours of a server and one of a gateway at 2,400 mWh each; with PUE 2,880.
        var grams = long.Parse((await world.RowsAsync("SELECT sum(emissions_milligrams) FROM serving_energy_hours")).Single(), System.Globalization.CultureInfo.InvariantCulture);
        var all = $"|1|{1_200_000 + (3 * 2_880)}|{100_000 + grams}|{1_000_000 + (3 * 864)}|EUR";
        Assert.Equal("ml/diamonds" + all, await LineAsync(connection, "model"));
        Assert.Equal("ml/houses" + all, await LineAsync(connection, "dataset"));
        Assert.Equal("modelop/xgboost-v1" + all, await LineAsync(connection, "framework"));
        Assert.Equal("DEU" + all, await LineAsync(connection, "region"));
        Assert.Equal("anna" + all, await LineAsync(connection, "user"));
        Assert.Equal("ml/a" + all, await LineAsync(connection, "run"));
    }

    [PostgresFact]
    public async Task Model_servers_are_deployment_and_gateways_are_monitoring()
    {
        var (world, connection) = await FilledAsync();
        await using var _ = world;
        Assert.Equal(
            ["Training|1|1200000|1000000|3600", "Deployment|0|5760|1728|7200", "Monitoring|0|2880|864|3600"],
            (await LinesAsync(connection, "--by", "phase")).Select(static l => string.Join('|', l["key"], l["runs"], l["energyMilliwattHours"], l["costMicros"], l["seconds"])));
        Assert.Equal(["Deployment", "Monitoring"], (await LinesAsync(connection, "--by", "phase", "--from", "2026-01-15T12:00:00Z")).Select(static l => l["key"]!.ToString()));
        Assert.Equal("Deployment", (await LinesAsync(connection, "--by", "phase", "--from", "2026-01-15T13:00:00Z")).Single()["key"]!.ToString());
    }

    [PostgresFact]
    public async Task A_server_shows_what_it_asked_for_beside_what_it_used_with_advice_and_predictions()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new ServingWorld(connection, prometheus);
        world.Start("price-1-a", resources: static r => r.Requests!["memory"] = "4Gi");
        world.Start("price-2-a", version: "diamonds-2");
        world.Record("container_cpu_usage_seconds_total{namespace=\"ml\",pod=\"price-1-a\",container=\"server\",cpu=\"total\"}", 0, 3_660, s => s * 0.05);
        world.Record("container_memory_working_set_bytes{namespace=\"ml\",pod=\"price-1-a\",container=\"server\"}", 0, 3_660, _ => 512L << 20);
        world.Record("container_network_receive_bytes_total{namespace=\"ml\",pod=\"price-1-a\",interface=\"eth0\"}", 0, 3_660, s => s);
        world.Record("modelop_gateway_requests_total{namespace=\"ml\",canary=\"price\",version=\"diamonds-1\",pod=\"g\",code=\"200\"}", -60, 3_660, s => 100 + s);
        await world.AdvanceAsync(65);
        var lines = (await LinesAsync(connection, "--by", "server")).ToDictionary(static l => l["key"]!.ToString());
        var first = lines["ml/price/server/diamonds-1"];
        Assert.Equal(
            "3600|1800|180|4294967296|536870912|3600|1620",
            string.Join('|', first["predictions"], first["usage"]!["cpuSecondsRequested"], first["usage"]!["cpuSecondsUsed"], first["usage"]!["memoryBytesRequested"],
                first["usage"]!["memoryBytesPeak"], first["usage"]!["networkBytesReceived"], first["idleCpuSeconds"]));
        Assert.Equal(
            ["CPU: 50m used of 500m. Ask for less, such as 100m.", "Memory: 512Mi used of 4096Mi. Ask for less, such as 640Mi."], first["advice"]!.AsArray().Select(static a => a!.ToString()));
        // Nobody knows what the second one used: no advice, and no zero.
        var second = lines["ml/price/server/diamonds-2"];
        Assert.Null(second["advice"]);
        Assert.Null(second["idleCpuSeconds"]);
        Assert.Null(second["usage"]!["cpuSecondsUsed"]);
        Assert.Equal("0", second["predictions"]!.ToString());
    }

    [PostgresFact]
    public async Task Hours_of_serving_are_costed_again_when_the_source_knows_better_and_both_values_stay()
    {
        var (world, connection) = await FilledAsync();
        await using var _ = world;
        var known = YearlyIntensity.Of("DEU", GridTimeline<AverageSignal>.Empty.Merge(
            [new GridSlot(Samples.Noon, Samples.Noon.AddHours(1), new CarbonIntensity(200_000), IntensityQuality.Measured, "grid")], Samples.Noon.AddDays(-20)), new GridRules { MaxStaleness = TimeSpan.Zero });
        for (var round = 0; round < 2; round++)
            await new EnergyRecost(world.Registry.Database, (_, _) => Task.FromResult(known), world.Clock).LookAsync(CancellationToken.None);
        // 2,400 mWh with PUE 1.2 at 200 g/kWh are 576 mg.
        Assert.Equal(
            ["gateway|true|576|Measured", "server|true|576|Measured", "server|false|-|Yearly"],
            await world.RowsAsync("SELECT component, lower((recosted_at IS NOT NULL)::text), CASE WHEN recosted_at IS NOT NULL THEN known_milligrams END, known_quality FROM serving_hours ORDER BY hour, component"));
        Assert.Equal(576, (long)(await LinesAsync(connection, "--by", "server")).Single(static l => l["key"]!.ToString().Contains("gateway", StringComparison.Ordinal))["emissionsMilligrams"]!);
        Assert.Equal(["2"], await world.RowsAsync("SELECT count(*) FROM serving_energy_recosts"));
    }

    private async Task<(ServingWorld World, string Connection)> FilledAsync()
    {
        var connection = await server.CreateDatabaseAsync();
        var world = new ServingWorld(connection);
        var run = Samples.Finished("a");
        run.Metadata.Annotations = new Dictionary<string, string> { [ModelOperatorApi.CreatedByAnnotation] = "anna" };
        world.Registry.Put(run with
        {
            Status = run.Status! with
            {
                RunningTime = Samples.Noon.AddDays(-1),
                Resolved = new() { Zone = "DEU", Datasets = [new DatasetRecord { Name = "houses", Uri = "modelop://x" }] },
                Artifact = new() { Uri = "modelop://x", Digest = Samples.Digest, Format = "modelop/xgboost-v1" },
                Energy = run.Status.Energy! with { EnergyMilliwattHours = 1_000_000, EmissionsMilligrams = 100_000 },
                Accounts = new()
                {
                    Currency = "EUR",
                    CostMicros = 1_000_000,
                    Phases = [new() { Phase = "Training", Seconds = 3_600, EnergyMilliwattHours = 1_000_000, EmissionsMilligrams = 100_000, CostMicros = 1_000_000 }],
                },
                Usage = new() { Seconds = 3_600 },
            },
        });
        world.Registry.Put(Samples.Version(1, "uid-a"));
        await world.Registry.PassAsync();
        world.Start("price-1-a");
        var gateway = world.Start("gateway", ServingPod.Gateway);
        await world.AdvanceAsync(60);
        world.Stop(gateway);
        await world.AdvanceAsync(65);
        return (world, connection);
    }

    private static async Task<string> LineAsync(string connection, string by)
    {
        var line = (await LinesAsync(connection, "--by", by)).Single();
        return string.Join('|', line["key"], line["runs"], line["energyMilliwattHours"], line["emissionsMilligrams"], line["costMicros"], line["currency"]);
    }

    private static async Task<List<JsonNode>> LinesAsync(string connection, params string[] args)
    {
        using StringWriter output = new(), errors = new();
        Assert.Equal((0, ""), (await AccountsCommand.RunAsync([.. args, "--json"], name => name == "MODELOP_POSTGRES" ? connection : null, output, errors, CancellationToken.None), errors.ToString()));
        return [.. JsonNode.Parse(output.ToString())!["lines"]!.AsArray().Select(static l => l!)];
    }
}

using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Registry;

public sealed class AccountHistoryTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [PostgresFact]
    public async Task Runs_are_summed_by_model_framework_region_user_dataset_run_and_phase()
    {
        var connection = await FilledAsync();
        // a: 1 kWh, 100 g, 1 EUR; b: 2 kWh, 200 g, 2 EUR, half lost; c: another namespace, no prices.
        Assert.Equal(["ml/diamonds|2|3600000|300000|3000000|EUR|1800", "other/diamonds|1|1200000|50000|||0"], await LinesAsync(connection, "model"));
        Assert.Equal(["Torch|1|2400000|200000|2000000|EUR|1800", "modelop/xgboost-v1|1|1200000|100000|1000000|EUR|0", "unknown|1|1200000|50000|||0"], await LinesAsync(connection, "framework"));
        Assert.Equal(["DEU|1|2400000|200000|2000000|EUR|1800", "FRA|1|1200000|100000|1000000|EUR|0", "unknown|1|1200000|50000|||0"], await LinesAsync(connection, "region"));
        Assert.Equal(["anna|2|3600000|300000|3000000|EUR|1800", "unknown|1|1200000|50000|||0"], await LinesAsync(connection, "user"));
        Assert.Equal(["ml/houses|2|3600000|300000|3000000|EUR|1800", "ml/prices|1|2400000|200000|2000000|EUR|1800"], await LinesAsync(connection, "dataset"));
        Assert.Equal(["ml/b|1|2400000|200000|2000000|EUR|1800", "ml/a|1|1200000|100000|1000000|EUR|0", "other/c|1|1200000|50000|||0"], await LinesAsync(connection, "run"));
        Assert.Equal(["Training|2|3600000|300000|2800000|EUR", "Training|1|1200000|50000", "Data|2|||200000|EUR", "Data|1"], await LinesAsync(connection, "phase"));
    }

    [PostgresFact]
    public async Task A_time_and_a_namespace_narrow_it_and_a_sweep_is_not_counted_beside_its_trials()
    {
        var connection = await FilledAsync();
        Assert.Equal(["ml/b|1|2400000|200000|2000000|EUR|1800"], await LinesAsync(connection, "run", "--namespace", "ml", "--from", "2026-01-16"));
        Assert.Equal(["ml/a|1|1200000|100000|1000000|EUR|0"], await LinesAsync(connection, "run", "--namespace", "ml", "--to", "2026-01-16T00:00:00Z"));
        await PostgresServer.ExecuteAsync(connection, "INSERT INTO sweep_trials (sweep_uid, trial, namespace, run, state, best) VALUES ('uid-a', 0, 'ml', 't', 'Succeeded', true)");
        Assert.Equal(["ml/b|1|2400000|200000|2000000|EUR|1800"], await LinesAsync(connection, "run", "--namespace", "ml"));
    }

    [PostgresFact]
    public async Task People_get_a_table_with_advice_and_with_what_is_not_in_it()
    {
        var connection = await FilledAsync();
        var text = await RunAsync(connection, 0, "--by", "run", "--namespace", "ml");
        Assert.Contains("RUN    RUNS   KWH   GCO2E   BOOKED   COST       HOURS   LOST   GPU HOURS   GPU IDLE   GPU LOST   CPU IDLE   PREDICTIONS", text, StringComparison.Ordinal);
        Assert.Contains("ml/b   1      2.4   200     200      2.00 EUR   1.0     0.5    2.2         1.2        1.0        0.5        -", text, StringComparison.Ordinal);
        Assert.Contains("Energy of the phases Data and Evaluation is not measured", text, StringComparison.Ordinal);
        Assert.Contains("ml/b: Ask for less.", text, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task What_was_costed_again_counts_and_what_was_booked_stands_beside_it()
    {
        var connection = await FilledAsync();
        await PostgresServer.ExecuteAsync(connection, """
            INSERT INTO run_energy_hours (run_uid, hour, namespace, seconds, energy_milliwatt_hours, energy_method, pue_milli, emissions_milligrams, intensity_milligrams_per_kwh, intensity_quality)
            VALUES ('uid-a', '2026-01-15 12:00+00', 'ml', 3600, 1000000, 'ModelledCPU', 1200, 100000, 83333, 'Yearly');
            INSERT INTO run_energy_recosts (run_uid, hour, namespace, energy_milliwatt_hours, emissions_milligrams, intensity_milligrams_per_kwh, intensity_quality)
            VALUES ('uid-a', '2026-01-15 12:00+00', 'ml', 1000000, 60000, 50000, 'Measured')
            """);
        var line = JsonNode.Parse(await RunAsync(connection, 0, "--by", "run", "--namespace", "ml", "--to", "2026-01-16", "--json"))!["lines"]!.AsArray().Single()!;
        Assert.Equal((60_000L, 100_000L), ((long)line["emissionsMilligrams"]!, (long)line["bookedMilligrams"]!));
    }

    [Theory]
    [InlineData("accounts are by one of model, dataset, framework, region, user, run, phase, server, not 'colour'", "--by", "colour")]
    [InlineData("--from is 'soon'", "--from", "soon")]
    [InlineData("--to needs a value", "--to")]
    [InlineData("not 'model extra'", "extra")]
    [InlineData("set MODELOP_POSTGRES", "--json")]
    public async Task A_wrong_command_line_is_refused_by_name(string problem, params string[] args) =>
        Assert.Contains(problem, await RunAsync(null, 64, args), StringComparison.Ordinal);

    private static async Task<List<string>> LinesAsync(string connection, string by, params string[] more) =>
    [
        .. JsonNode.Parse(await RunAsync(connection, 0, ["--by", by, "--json", .. more]))!["lines"]!.AsArray().Select(static line =>
            string.Join('|', ((string[])["key", "runs", "energyMilliwattHours", "emissionsMilligrams", "costMicros", "currency", "lostSeconds"]).Select(name => line![name]?.ToString())).TrimEnd('|')),
    ];

    private static async Task<string> RunAsync(string? connection, int code, params string[] args)
    {
        using StringWriter output = new(), errors = new();
        Assert.Equal(code, await AccountsCommand.RunAsync(args, name => name == "MODELOP_POSTGRES" ? connection : null, output, errors, CancellationToken.None));
        return output.ToString() + errors;
    }

    private async Task<string> FilledAsync()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Finished("a", 1, 0, 0, "FRA", ["houses"]));
        world.Put(Finished("b", 2, 24, 1_800, "DEU", ["houses", "prices"]));
        var foreign = Finished("c", 1, 0, 0, null, []);
        foreign.Metadata.NamespaceProperty = "other";
        foreign.Metadata.Annotations = null;
        foreign.Status = foreign.Status! with
        {
            Artifact = null,
            Energy = foreign.Status.Energy! with { EmissionsMilligrams = 50_000 },
            Accounts = new() { Phases = [.. foreign.Status.Accounts!.Phases!.Select(static p => p with { CostMicros = null, EmissionsMilligrams = p.EmissionsMilligrams / 2 })] },
        };
        world.Put(foreign);
        await world.PassAsync();
        return connection;
    }

    /// <summary>A run that began some hours after noon, with as many kWh and EUR as named.</summary>
    private static V1TrainingRun Finished(string name, int amount, int hours, long lost, string? zone, string[] datasets)
    {
        var run = Samples.Finished(name);
        run.Metadata.Annotations = new Dictionary<string, string> { [ModelOperatorApi.CreatedByAnnotation] = "anna" };
        var torch = name == "b" ? TrainingFramework.Torch : TrainingFramework.None;
        return run with
        {
            Spec = run.Spec with { Framework = torch, Nodes = 2 },
            Status = run.Status! with
            {
                RunningTime = Samples.Noon.AddHours(hours),
                Resolved = new() { Zone = zone, Datasets = [.. datasets.Select(static d => new DatasetRecord { Name = d, Uri = "modelop://x" })] },
                Artifact = new() { Uri = "modelop://x", Digest = Samples.Digest, Format = "modelop/xgboost-v1" },
                Energy = run.Status.Energy! with { EnergyMilliwattHours = amount * 1_000_000, EmissionsMilligrams = amount * 100_000 },
                Accounts = new()
                {
                    Currency = "EUR",
                    CostMicros = amount * 1_000_000,
                    Phases =
                    [
                        new() { Phase = "Data", Seconds = 360, GpuSeconds = 720, CostMicros = 100_000 },
                        new() { Phase = "Training", Seconds = 3_600, GpuSeconds = 7_200, EnergyMilliwattHours = amount * 1_000_000, EmissionsMilligrams = amount * 100_000, CostMicros = (amount * 1_000_000) - 100_000 },
                    ],
                },
                Usage = new()
                {
                    Seconds = 3_600,
                    LostSeconds = lost,
                    Gpus = 1,
                    GpuUtilisationPercent = 40,
                    GpuIdleSeconds = 4_320,
                    CpuMillicoresRequested = 2_000,
                    CpuMillicoresUsed = 1_500,
                    Advice = name == "b" ? ["Ask for less."] : null,
                },
            },
        };
    }
}

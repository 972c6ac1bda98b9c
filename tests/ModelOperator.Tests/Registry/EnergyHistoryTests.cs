using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Api;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonTools;
using ModelOperator.Fakes;
using ModelOperator.GridSources;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Registry;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Registry;

public sealed class EnergyHistoryTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string HoursSql = "SELECT run_uid, booked_milligrams, booked_quality, emissions_milligrams, intensity_quality FROM run_hours ORDER BY hour, run_uid";

    [PostgresFact]
    public async Task Hours_that_were_booked_by_the_table_are_costed_again_once_and_both_values_stay()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Run("a", Hour(0, "Yearly"), Hour(1, "Measured"), Hour(2, "Stale")));
        world.Put(Run("b", Hour(0, "Estimated")));
        await world.PassAsync();
        var recost = Recost(world, Known(0, 1, 2));
        Assert.False(await recost.LookAsync(CancellationToken.None));
        Assert.False(await recost.LookAsync(CancellationToken.None));
        Assert.False(await Recost(world, Known(0, 1, 2)).LookAsync(CancellationToken.None));
        Assert.Equal(
            ["uid-a|500|Yearly|240|Measured", "uid-b|500|Estimated|240|Measured", "uid-a|500|Measured|500|Measured", "uid-a|500|Stale|240|Measured"],
            await PostgresServer.RowsAsync(connection, HoursSql));
        Assert.Equal(["3"], await PostgresServer.RowsAsync(connection, "SELECT count(*) FROM run_energy_recosts"));
        Assert.Equal(
            ["a|1500|980|2", "b|500|240|1"],
            await PostgresServer.RowsAsync(connection, "SELECT name, booked_milligrams, emissions_milligrams, recosted_hours FROM run_emissions ORDER BY name"));
    }

    [PostgresFact]
    public async Task The_command_costs_again_by_the_sources_of_the_installation()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Run("a", Hour(0, "Yearly")));
        await world.PassAsync();
        var table = Path.GetTempFileName();
        await File.WriteAllTextAsync(table, "zone,signal,start,gCO2e_per_kWh,kind\nDEU,average,2026-01-15T12:00:00Z,200,measured\nDEU,average,2026-01-15T13:00:00Z,300,measured\n");
        var settings = new Dictionary<string, string> { ["MODELOP_POSTGRES"] = connection, ["MODELOP_INTENSITY_SOURCES"] = "file", ["MODELOP_INTENSITY_FILE"] = table };
        foreach (var hours in (int[])[1, 0])
        {
            using StringWriter output = new(), errors = new();
            using var input = new StringReader("");
            var code = await CarbonCommand.RunAsync(["recost"], settings.GetValueOrDefault, input, output, errors, new FakeTimeProvider(Samples.Noon.AddHours(3)), CancellationToken.None);
            Assert.Equal((0, ""), (code, errors.ToString()));
            Assert.Equal(hours, JsonNode.Parse(output.ToString())!["hours"]!.GetValue<int>());
        }

        File.Delete(table);
        Assert.Equal(["uid-a|500|Yearly|240|Measured"], await PostgresServer.RowsAsync(connection, HoursSql));
    }

    [Fact]
    public void With_a_source_of_intensities_the_leader_costs_again()
    {
        var options = new OperatorOptions { PostgresConnection = "Host=127.0.0.1;Username=x;Password=x;Database=x", Grid = new() { Chain = ["file"], File = "hours.csv" } };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddGrid(options.Grid);
        services.AddControllerHost().AddRegistry(options);
        using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<EnergyRecost>());
    }

    [PostgresFact]
    public async Task What_improves_step_by_step_counts_by_its_best_and_an_hour_that_grows_is_costed_anew()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Run("a", Hour(0, "Yearly")));
        await world.PassAsync();
        await Recost(world, Known(IntensityQuality.Estimated, 0)).LookAsync(CancellationToken.None);
        await Recost(world, Known(0)).LookAsync(CancellationToken.None);
        Assert.Equal(["uid-a|500|Yearly|240|Measured"], await PostgresServer.RowsAsync(connection, HoursSql));
        world.Put(Run("a", Hour(0, "Yearly") with { EnergyMilliwattHours = 2_000, EmissionsMilligrams = 1_000 }));
        await world.PassAsync();
        Assert.Equal(["uid-a|1000|Yearly|1000|Yearly"], await PostgresServer.RowsAsync(connection, HoursSql));
        await Recost(world, Known(0)).LookAsync(CancellationToken.None);
        Assert.Equal(["uid-a|1000|Yearly|480|Measured"], await PostgresServer.RowsAsync(connection, HoursSql));
    }

    [PostgresFact]
    public async Task More_hours_than_one_look_takes_are_costed_in_several()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        for (var run = 0; run < 6; run++)
            world.Put(Run("r" + run, [.. Enumerable.Range(0, 100).Select(static h => Hour(-h, "Yearly"))]));
        await world.PassAsync();
        var recost = Recost(world, Known([.. Enumerable.Range(-99, 100)]));
        Assert.True(await recost.LookAsync(CancellationToken.None));
        Assert.Equal(500, recost.Recosted);
        Assert.False(await recost.LookAsync(CancellationToken.None));
        Assert.Equal(600, recost.Recosted);
    }

    [PostgresFact]
    public async Task A_source_that_knows_nothing_and_hours_that_are_not_over_change_nothing()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Run("a", Hour(0, "Yearly"), Hour(5, "Yearly")));
        await world.PassAsync();
        await Recost(world, Known()).LookAsync(CancellationToken.None);
        await Recost(world, Known(5)).LookAsync(CancellationToken.None);
        Assert.Empty(await PostgresServer.RowsAsync(connection, "SELECT 1 FROM run_energy_recosts"));
    }

    [PostgresFact]
    public async Task Every_change_of_a_hold_is_in_the_ledger_once_also_those_that_no_pass_saw()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Run("a"));
        world.Put(Samples.Budget(("a", 800)));
        await world.PassAsync();
        // Grown twice; seen by the informer only in between. Then paused: 700 booked, nothing reserved. Then settled.
        foreach (var (minute, reserved, booked) in (ImmutableArray<(int, long, long)>)[(10, 900, 0), (20, 1_000, 0), (30, 0, 700)])
            world.Put(Changed(minute, reserved, booked));
        await world.PassAsync();
        await world.PassAsync();
        world.Put(Samples.Finished("a"));
        world.Put(Samples.Budget());
        await world.PassAsync();
        Assert.Equal(
            ["reserve|800|-", "adjust|900|0", "adjust|1000|0", "adjust|0|700", "settle|500|-"],
            await PostgresServer.RowsAsync(connection, "SELECT kind, milligrams, booked_milligrams FROM budget_ledger WHERE run_uid <> '' ORDER BY kind = 'settle', at"));
    }

    [PostgresFact]
    public async Task Holds_of_a_budget_of_single_runs_are_in_the_ledger_though_it_has_no_window()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var world = new RegistryWorld(connection);
        world.Put(Samples.Run("a"));
        foreach (var budget in (V1CarbonBudget[])[Samples.Budget(("a", 800)), Changed(10, 900, 0)])
        {
            budget.Status = budget.Status! with { WindowStart = null, WindowEnd = null };
            world.Put(budget);
            await world.PassAsync();
        }

        Assert.Equal(["reserve|800", "adjust|900"], await PostgresServer.RowsAsync(connection, "SELECT kind, milligrams FROM budget_ledger ORDER BY at"));
    }

    [PostgresFact]
    public async Task The_hours_become_a_hypertable_where_the_extension_is_and_a_failure_of_it_is_survived()
    {
        foreach (var (body, expected) in (ImmutableArray<(string, string)>)[("INSERT INTO calls VALUES (relation || ' ' || time_column_name);", "run_energy_hours hour;serving_energy_hours hour"), ("RAISE 'no';", "")])
        {
            // A stand-in with the extension's signature: the extension itself is not here.
            var connection = await server.CreateDatabaseAsync();
            await PostgresServer.ExecuteAsync(connection, $"""
                CREATE TABLE calls (text text);
                CREATE FUNCTION create_hypertable(relation regclass, time_column_name name, chunk_time_interval anyelement, create_default_indexes boolean DEFAULT true) RETURNS void
                LANGUAGE plpgsql AS $$ BEGIN {body} END $$
                """);
            await using var world = new RegistryWorld(connection);
            world.Put(Run("a", Hour(0, "Yearly")));
            await world.PassAsync();
            Assert.Equal(expected, string.Join(';', await PostgresServer.RowsAsync(connection, "SELECT text FROM calls")));
            Assert.Single(await PostgresServer.RowsAsync(connection, HoursSql));
        }
    }

    private static EnergyRecost Recost(RegistryWorld world, ZoneIntensity<AverageSignal> known)
    {
        world.Advance(Samples.Noon.AddHours(4) - world.Clock.GetUtcNow() is var ahead && ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
        return new(world.Database, (_, _) => Task.FromResult(known), world.Clock);
    }

    private static ZoneIntensity<AverageSignal> Known(params int[] hours) => Known(IntensityQuality.Measured, hours);

    /// <summary>200 g/kWh in some hours, counted from noon.</summary>
    private static ZoneIntensity<AverageSignal> Known(IntensityQuality quality, params int[] hours) => YearlyIntensity.Of("DEU", GridTimeline<AverageSignal>.Empty.Merge(
        hours.Select(hour => new GridSlot(Samples.Noon.AddHours(hour), Samples.Noon.AddHours(hour + 1), new CarbonIntensity(200_000), quality, "grid")), Samples.Noon.AddDays(-20)),
        new GridRules { MaxStaleness = TimeSpan.Zero });

    private static EnergyHour Hour(int hour, string quality) => new()
    {
        Start = Samples.Noon.AddHours(hour),
        Seconds = 3_600,
        EnergyMilliwattHours = 1_000,
        EmissionsMilligrams = 500,
        IntensityMilligramsPerKwh = 416_667,
        IntensityQuality = quality,
        IntensitySource = "table",
    };

    private static V1TrainingRun Run(string name, params EnergyHour[] hours)
    {
        var run = Samples.Finished(name);
        return run with
        {
            Status = run.Status! with
            {
                Energy = run.Status.Energy! with { EnergyMilliwattHours = hours.Sum(static h => h.EnergyMilliwattHours), EmissionsMilligrams = hours.Sum(static h => h.EmissionsMilligrams) },
                EnergyHours = hours,
                Resolved = new() { Zone = "DEU" },
            },
        };
    }

    private static V1CarbonBudget Changed(int minute, long reserved, long booked)
    {
        var budget = Samples.Budget(("a", reserved));
        return budget with { Status = budget.Status! with { Holds = [budget.Status.Holds![0] with { ChangedAt = Samples.Noon.AddMinutes(minute), BookedMilligrams = booked, BookedMilliwattHours = booked }] } };
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Artifacts;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Scheduling;
using ModelOperator.GridSources;
using ModelOperator.Hosting;
using ModelOperator.Registry;
using ModelOperator.TrainingRuns;
using Npgsql;

namespace ModelOperator.CarbonTools;

/// <summary>
/// <c>modeloperator carbon</c>: the operator's own figures for people and scripts, as JSON. Reads the operator's environment variables, so that in its Pod it
/// answers as the operator would decide.
/// </summary>
public static partial class CarbonCommand
{
    /// <summary>Help.</summary>
    public const string Usage = """
        modeloperator carbon intensity [--zone DEU] [--marginal]
        modeloperator carbon estimate FILE|-  [--zone DEU]          a TrainingRun as JSON (kubectl create --dry-run=client -o json -f run.yaml)
        modeloperator carbon energy FILE|-  [--start T] [--end T] [--every-seconds 15] [--limit-watts 700] [--range-microjoules N]
                                                                    readings of a device: CSV time,watts or time,millijoules (NVML) or time,microjoules (RAPL), or JSON
        modeloperator carbon emissions FILE|-  [--zone DEU] [--pue 1.2] and what energy takes
        modeloperator carbon sci FILE|-  --metric tokens | --count N  [--unit tokens] [--per 1000] [--embodied-kg-per-gpu 318]
                                                                    TrainingRuns as JSON (kubectl get trainingruns -o json), failed ones included
        modeloperator carbon schedule --hours 6 --within 24 [--zone DEU] [--interruptible]
        modeloperator carbon recost                                 costs hours of the history again whose intensity is known better by now
        """;

    /// <summary>Runs a sub-command.</summary>
    /// <returns>0, 1 when nothing is known, 64 for a wrong command line, file or setting, 69 when the database is away.</returns>
    /// <param name="args">What follows <c>carbon</c>.</param>
    /// <param name="variable">Value of an environment variable, or null.</param>
    /// <param name="input">Where - reads from.</param>
    /// <param name="output">Where JSON goes.</param>
    /// <param name="errors">Where problems go.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Func<string, string?> variable, TextReader input, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var options = OperatorOptionsReader.Read(variable);
            await using var services = Services(options, time);
            var grid = services.GetRequiredService<GridKnowledge>();
            string[] rest = [.. args.Skip(1)];
            return args switch
            {
                ["intensity", ..] => await IntensityAsync(rest, options, grid, time, output, errors, cancellationToken),
                ["estimate", ..] => await EstimateAsync(rest, options, grid, time, input, output, errors, cancellationToken),
                ["energy", ..] => await EnergyAsync(rest, options, null, input, output, cancellationToken),
                ["emissions", ..] => await EnergyAsync(rest, options, grid, input, output, cancellationToken),
                ["sci", ..] => await SciAsync(rest, input, output, cancellationToken),
                ["schedule", ..] => await ScheduleAsync(rest, options, grid, time, output, errors, cancellationToken),
                ["recost"] => await RecostAsync(options, grid, time, output, cancellationToken),
                _ => throw new FormatException($"name a sub-command\n\n{Usage}"),
            };
        }
        catch (Exception away) when (away is NpgsqlException or RegistrySchemaException or TimeoutException)
        {
            await errors.WriteLineAsync("modeloperator carbon: " + away.Message);
            return ExitCodes.Unavailable;
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync("modeloperator carbon: " + wrong.Message);
            return ExitCodes.Usage;
        }
    }

    private static async Task<int> IntensityAsync(
        string[] args, OperatorOptions options, GridKnowledge grid, TimeProvider time, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var line = new CarbonArguments(args, ["--zone"], ["--marginal"]);
        var zone = line.Find("--zone") ?? options.Zone;
        var now = time.GetUtcNow();
        var marginal = line.Has("--marginal");
        var part = marginal ? (await grid.MarginalAsync(zone, cancellationToken)).At(now) : (await grid.AverageAsync(zone, cancellationToken)).At(now);
        if (part is not { } found)
        {
            await errors.WriteLineAsync($"modeloperator carbon: no source knows a marginal intensity of zone {zone}");
            return 1;
        }

        return await PrintAsync(output, CarbonToolsJson.Default.IntensityReport, new IntensityReport
        {
            Zone = zone,
            Signal = marginal ? "Marginal" : "Average",
            GramsPerKilowattHour = found.Intensity.GramsPerKilowattHour,
            Quality = found.Quality.ToString(),
            Source = found.Source,
            At = now,
        });
    }

    private static async Task<int> EstimateAsync(
        string[] args, OperatorOptions options, GridKnowledge grid, TimeProvider time, TextReader input, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var line = new CarbonArguments(args, ["--zone"], []);
        var text = await line.ReadAsync(input, cancellationToken);
        var run = JsonSerializer.Deserialize(text, TrainingRunsJson.Default.V1TrainingRun) ?? throw new FormatException("the file holds no TrainingRun");
        var settings = line.Find("--zone") is { } asked ? options with { Zone = asked } : options;
        var problems = TrainingRunValidation.Check(run);
        var zone = TrainingRunEstimates.ZoneOf(run.Spec, settings);
        var estimate = problems.Count > 0 ? null : TrainingRunEstimates.Estimate(run.Spec, settings, await grid.AverageAsync(zone, cancellationToken), time.GetUtcNow(), out var problem)
            ?? throw new FormatException(problem);
        if (estimate is null)
        {
            await errors.WriteLineAsync("modeloperator carbon: " + string.Join("; ", problems));
            return ExitCodes.Usage;
        }

        return await PrintAsync(output, CarbonToolsJson.Default.EstimateReport, new EstimateReport
        {
            Zone = zone,
            KilowattHoursP50 = new Energy(estimate.EnergyMilliwattHoursP50).KilowattHours,
            KilowattHoursP95 = new Energy(estimate.EnergyMilliwattHoursP95).KilowattHours,
            GramsP50 = new Emissions(estimate.EmissionsMilligramsP50).Grams,
            GramsP95 = new Emissions(estimate.EmissionsMilligramsP95).Grams,
            GramsPerKilowattHour = new CarbonIntensity(estimate.IntensityMilligramsPerKwh).GramsPerKilowattHour,
            Basis = estimate.Basis,
        });
    }

    private static async Task<int> ScheduleAsync(
        string[] args, OperatorOptions options, GridKnowledge grid, TimeProvider time, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var line = new CarbonArguments(args, ["--zone", "--hours", "--within"], ["--interruptible"]);
        var zone = line.Find("--zone") ?? options.Zone;
        var now = time.GetUtcNow();
        var request = new ScheduleRequest(now, now + line.Hours("--within"), line.Hours("--hours"));
        var average = await grid.AverageAsync(zone, cancellationToken);
        var profile = DecisionProfile.Of(await grid.MarginalAsync(zone, cancellationToken), average, request.Now, request.Deadline);
        var schedule = line.Has("--interruptible") ? CarbonAwareScheduler.Interruptible(profile, request) : CarbonAwareScheduler.Contiguous(profile, request);
        if (schedule is null)
        {
            await errors.WriteLineAsync("modeloperator carbon: the work does not fit into the window");
            return 1;
        }

        return await PrintAsync(output, CarbonToolsJson.Default.ScheduleReport, new ScheduleReport
        {
            Zone = zone,
            Signal = profile.Signal.ToString(),
            Runs = [.. schedule.Runs.Select(r => new ScheduleStretch(r.Start, r.End))],
            GramsPerKilowattHour = Grams(schedule.MeanIntensity),
            ImmediateGramsPerKilowattHour = Grams(schedule.ImmediateIntensity),
            SavingPercent = Math.Round((decimal)(100 * schedule.Saving), 1),
            HasForecast = average.Timeline.Slots.Any(s => s.Quality == IntensityQuality.Forecast && s.End > now),
        });
    }

    private static async Task<int> RecostAsync(OperatorOptions options, GridKnowledge grid, TimeProvider time, TextWriter output, CancellationToken cancellationToken)
    {
        var connection = options.PostgresConnection ?? throw new FormatException("recost needs a database; set MODELOP_POSTGRES");
        await using var database = new RegistryDatabase(connection, RegistryMigrations.Load(), time, NullLogger<RegistryDatabase>.Instance);
        var recost = new EnergyRecost(database, grid, time);
        while (await recost.LookAsync(cancellationToken))
        {
            // One chunk after the other.
        }

        return await PrintAsync(output, CarbonToolsJson.Default.RecostReport, new RecostReport { Hours = recost.Recosted });
    }

    private static decimal Grams(double milligrams) => Math.Round((decimal)milligrams / 1000, 3);

    private static async Task<int> PrintAsync<T>(TextWriter output, JsonTypeInfo<T> type, T report)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(report, type));
        return 0;
    }

    // Logs would mix with the JSON; a source's problem shows in the quality of the answer.
    private static ServiceProvider Services(OperatorOptions options, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddGrid(options.Grid);
        return services.BuildServiceProvider();
    }
}

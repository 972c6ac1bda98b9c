using ModelOperator.Carbon;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Metering;
using ModelOperator.GridSources;
using ModelOperator.Hosting;

namespace ModelOperator.CarbonTools;

/// <summary>Sub-commands that work on a file or on standard input.</summary>
public static partial class CarbonCommand
{
    private const double DefaultReadSeconds = 15;

    private static async Task<int> EnergyAsync(
        string[] args, OperatorOptions options, GridKnowledge? grid, TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        string[] known = ["--start", "--end", "--every-seconds", "--limit-watts", "--range-microjoules"];
        var line = new CarbonArguments(args, grid is null ? known : [.. known, "--zone", "--pue"], []);
        var file = MeterFile.Parse(await line.ReadAsync(input, cancellationToken));
        var every = TimeSpan.FromSeconds(line.Number("--every-seconds", 0.001, 86_400) ?? DefaultReadSeconds);
        var reading = file.Energy(line.Time("--start"), line.Time("--end"), every, line.Number("--limit-watts", 1, 1_000_000), line.Count("--range-microjoules"));
        return await PrintAsync(output, CarbonToolsJson.Default.EnergyReport, new EnergyReport
        {
            Start = reading.Start,
            End = reading.End,
            KilowattHours = reading.Energy.KilowattHours,
            EstimatedKilowattHours = Energy.FromJoules(reading.EstimatedJoules).KilowattHours,
            CoveragePercent = Math.Round((decimal)(100 * reading.Coverage), 1),
            Quality = reading.Quality.ToString(),
            Flags = [.. Enum.GetValues<EnergyFlags>().Where(f => f != EnergyFlags.None && reading.Flags.HasFlag(f)).Select(static f => f.ToString())],
            Emissions = grid is null ? null : await EmissionsAsync(reading, line, options, grid, cancellationToken),
        });
    }

    private static async Task<EmissionsReport> EmissionsAsync(
        EnergyReading reading, CarbonArguments line, OperatorOptions options, GridKnowledge grid, CancellationToken cancellationToken)
    {
        var zone = line.Find("--zone") ?? options.Zone;
        var pue = line.Number("--pue", 1, 10) is { } given ? PowerUsageEffectiveness.From((decimal)given) : new PowerUsageEffectiveness(options.PueMilli);
        var booked = EmissionsAccount.Book(reading.Segments, pue, await grid.AverageAsync(zone, cancellationToken));
        return new()
        {
            Zone = zone,
            Pue = pue.Thousandths / 1000m,
            Grams = booked.Emissions.Grams,
            GramsPerKilowattHour = booked.MeanIntensity.GramsPerKilowattHour,
            IntensityQuality = booked.Quality.ToString(),
            IntensitySource = booked.Source,
        };
    }

    private static async Task<int> SciAsync(string[] args, TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        var line = new CarbonArguments(args, ["--unit", "--count", "--metric", "--per", "--embodied-kg-per-gpu"], []);
        var count = line.Number("--count", 0, 1e18);
        if (line.Find("--metric") is null == count is null)
            throw new FormatException("sci needs one of --count, how many things the model was trained on, and --metric, the name of a run's metric that says it");
        var kilograms = line.Number("--embodied-kg-per-gpu", 0, 1_000_000) is { } given ? (decimal)given : EmbodiedShare.DefaultGpuKilograms;
        var sci = new SciOfRuns(line.Find("--metric"), count, line.Find("--unit") ?? line.Find("--metric") ?? "units", (int)(line.Number("--per", 1, 1_000_000_000) ?? 1000), Emissions.FromGrams(kilograms * 1000));
        return await PrintAsync(output, CarbonToolsJson.Default.IReadOnlyListSciReport, sci.Of(SciOfRuns.Parse(await line.ReadAsync(input, cancellationToken))));
    }
}

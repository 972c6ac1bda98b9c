using System.Globalization;
using System.Text;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>
/// A table of hours that people keep: a CSV file, which a ConfigMap may be mounted as. Header <c>zone,signal,start,gCO2e_per_kWh,kind</c>; signal is average or
/// marginal, start a time with offset, kind measured, estimated or forecast; a row lasts until the next of its zone and signal, at most two hours. Read anew at
/// every look.
/// </summary>
/// <typeparam name="TSignal">Average or marginal.</typeparam>
/// <param name="path">The file.</param>
public sealed class HoursFileSource<TSignal>(string path) : IGridSource<TSignal>
    where TSignal : struct, IGridSignal
{
    private const string Header = "zone,signal,start,gCO2e_per_kWh,kind";
    private const int MaxBytes = 16 << 20;

    private static string Signal => TSignal.Kind == IntensitySignal.Marginal ? "marginal" : "average";

    /// <inheritdoc/>
    public string Name => GridSourceNames.File;

    /// <inheritdoc/>
    public async Task<GridAnswer> ReadAsync(string zone, DateTimeOffset from, DateTimeOffset now, int rank, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return GridAnswer.Failed($"the table of hours {path} does not exist");
            if (file.Length > MaxBytes)
                return GridAnswer.Failed($"the table of hours {path} has more than {MaxBytes} bytes");
            var text = await File.ReadAllTextAsync(path, Encoding.UTF8, cancellationToken);
            var rows = Rows(text).Where(r => r.Zone.Equals(zone, StringComparison.OrdinalIgnoreCase) && r.Signal == Signal);
            return new([.. SlotSeries.UntilNext(rows, r => r.Start)
                .Where(r => r.At + r.Length > from)
                .Select(r => SlotSeries.Of(r.At, r.Length, r.Point.Grams, r.Point.Quality, $"table of hours {zone}", rank))
                .OfType<GridSlot>()]);
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            return GridAnswer.Failed($"the table of hours {path} cannot be read: {wrong.Message}");
        }
    }

    private static IEnumerable<Row> Rows(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        if (lines[0] != Header)
            throw new FormatException($"line 1: the header must be '{Header}'");
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length > 0)
                yield return Parse(lines[i], i + 1);
        }
    }

    private static Row Parse(string line, int number)
    {
        if (line.Split(',') is not [var zone, var signal, var start, var grams, var kind])
            throw new FormatException($"line {number}: a row has five fields");
        if (signal is not ("average" or "marginal"))
            throw new FormatException($"line {number}: signal '{signal}' must be average or marginal");
        if (!DateTimeOffset.TryParse(start, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            throw new FormatException($"line {number}: '{start}' is no time; write 2026-11-21T14:00:00Z");
        if (!decimal.TryParse(grams, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > 3_000m)
            throw new FormatException($"line {number}: '{grams}' is not an intensity from 0 to 3000 g/kWh");
        IntensityQuality quality = kind switch
        {
            "measured" => IntensityQuality.Measured,
            "estimated" => IntensityQuality.Estimated,
            "forecast" => IntensityQuality.Forecast,
            _ => throw new FormatException($"line {number}: kind '{kind}' must be measured, estimated or forecast"),
        };
        return new(zone, signal, at, amount, quality);
    }

    private sealed record Row(string Zone, string Signal, DateTimeOffset Start, decimal Grams, IntensityQuality Quality);
}

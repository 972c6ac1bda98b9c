using System.Collections.Immutable;
using System.Globalization;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Data;

namespace ModelOperator.Carbon.Accounts;

/// <summary>
/// What GPU hours and energy cost, as a table that people keep: CSV with the header <c>item,product,region,hours,price</c>. Rows <c>currency</c> (once) and
/// <c>timeZone</c> (of the hours; UTC when absent) have their value as the price; rows <c>gpuHour</c> and <c>kWh</c> a decimal with at most six places. An empty
/// field, or *, holds for all. Amounts are whole millionths of the currency, rounded once per sum. What has no price has no cost, which is not a cost of zero.
/// </summary>
public sealed class PriceSheet
{
    private const string Header = "item,product,region,hours,price";
    private const long MicrosPerUnit = 1_000_000;
    private const decimal Highest = 1_000_000m;
    private const long MilliwattHoursPerKilowattHour = 1_000_000;

    private readonly TimeZoneInfo zone;
    private readonly ImmutableArray<PriceRow> rows;

    private PriceSheet(string currency, TimeZoneInfo zone, ImmutableArray<PriceRow> rows) => (Currency, this.zone, this.rows) = (currency, zone, rows);

    /// <summary>Currency of all prices.</summary>
    public string Currency { get; }

    /// <summary>Reads a sheet.</summary>
    /// <param name="text">CSV.</param>
    /// <exception cref="FormatException">Names the line, the value and what is allowed.</exception>
    public static PriceSheet Parse(string text)
    {
        string? currency = null;
        var zone = TimeZoneInfo.Utc;
        var rows = ImmutableArray.CreateBuilder<PriceRow>();
        foreach (var (line, fields) in CsvTable.Parse(text, Header))
        {
            switch (fields[0])
            {
                case "currency":
                    currency = currency is null && fields[4] is { Length: 3 } code && code.All(char.IsAsciiLetterUpper)
                        ? code
                        : throw new FormatException($"line {line}: currency '{fields[4]}' must be three capital letters, such as EUR, and be there once");
                    break;
                case "timeZone":
                    zone = TimeZoneInfo.TryFindSystemTimeZoneById(fields[4], out var found) ? found : throw new FormatException($"line {line}: time zone '{fields[4]}' is not known");
                    break;
                case "gpuHour" or "kWh":
                    var row = Row(line, fields);
                    if (rows.Any(known => known with { Micros = row.Micros } == row))
                        throw new FormatException($"line {line}: there is a price for this already");
                    rows.Add(row);
                    break;
                default:
                    throw new FormatException($"line {line}: item '{fields[0]}' must be currency, timeZone, gpuHour or kWh");
            }
        }

        return new(currency ?? throw new FormatException("a row for the currency is missing: currency,,,,EUR"), zone, rows.ToImmutable());
    }

    /// <summary>The price at a time, in millionths; of several the one that says most, of equals the first. Null when there is none.</summary>
    public long? Price(PriceItem item, string? product, string? region, DateTimeOffset at)
    {
        var hour = TimeZoneInfo.ConvertTime(at, zone).Hour;
        return rows.Where(r => r.Holds(item, product, region, hour)).MaxBy(static r => r.Weight)?.Micros;
    }

    /// <summary>Cost of GPUs that were held over [start, end), each hour (UTC) at its price; null when one has none.</summary>
    public long? OfGpus(DateTimeOffset start, DateTimeOffset end, int gpus, string? product, string? region)
    {
        var sum = Int128.Zero;
        for (var at = ClockHours.StartOf(start); gpus > 0 && at < end; at += ClockHours.Length)
        {
            if (Price(PriceItem.GpuHour, product, region, at) is not { } price)
                return null;
            var held = (at + ClockHours.Length < end ? at + ClockHours.Length : end) - (at > start ? at : start);
            sum += (Int128)held.Ticks * gpus * price;
        }

        return QuantityMath.DivideToUnits(sum, ClockHours.Length.Ticks, Rounding.Nearest);
    }

    /// <summary>Cost of energy, PUE included, each hour at its price; null when one has none.</summary>
    public long? OfEnergy(IEnumerable<HourlyEnergy> hours, PowerUsageEffectiveness pue, string? region)
    {
        var sum = Int128.Zero;
        foreach (var hour in hours)
        {
            if (Price(PriceItem.KilowattHour, null, region, hour.Start) is not { } price)
                return null;
            sum += (Int128)hour.Energy.MilliwattHours * pue.Thousandths * price;
        }

        return QuantityMath.DivideToUnits(sum, (Int128)MilliwattHoursPerKilowattHour * PowerUsageEffectiveness.None.Thousandths, Rounding.Nearest);
    }

    private static PriceRow Row(int line, string[] fields)
    {
        var item = fields[0] == "kWh" ? PriceItem.KilowattHour : PriceItem.GpuHour;
        var product = Some(fields[1]);
        if (item == PriceItem.KilowattHour && product is not null)
            throw new FormatException($"line {line}: a price per kWh holds for every product, not for '{product}'");
        if (!decimal.TryParse(fields[4], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price) || price > Highest || price * MicrosPerUnit != decimal.Truncate(price * MicrosPerUnit))
            throw new FormatException($"line {line}: price '{fields[4]}' must be a decimal number from 0 to {Highest}, with at most six places");
        return new(item, product, Some(fields[2]), Hours(line, Some(fields[3])), (long)(price * MicrosPerUnit));
    }

    private static (int From, int To)? Hours(int line, string? text)
    {
        if (text is null)
            return null;
        return text.Split('-') is [var from, var to]
            && int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first is >= 0 and < 24 && last is > 0 and <= 24 && first != last
            ? (first, last)
            : throw new FormatException($"line {line}: hours '{text}' must be two full hours of the day, such as 22-6");
    }

    private static string? Some(string field) => field is "" or "*" ? null : field;
}

using System.Collections.Frozen;
using System.Globalization;

namespace ModelOperator.Carbon.Data;

/// <summary>Yearly average intensities by country and cloud region. Sources: docs/data-sources.md.</summary>
public sealed class GridIntensityTable
{
    /// <summary>The zone whose value stands in for unknown zones: 475 g/kWh.</summary>
    public const string WorldZone = "WORLD";

    private const string Header = "zone,gCO2e_per_kWh,year,source";

    // No grid emits more than burning lignite alone would; beyond this a figure is in a wrong unit.
    private const decimal GreatestGrams = 3_000m;

    private readonly FrozenDictionary<string, GridIntensity> rows;

    private GridIntensityTable(FrozenDictionary<string, GridIntensity> rows) => this.rows = rows;

    /// <summary>The table built into this assembly.</summary>
    public static GridIntensityTable BuiltIn { get; } = Parse(CsvTable.ReadBuiltIn("grid-carbon-intensity.csv"));

    /// <summary>The zones in ordinal order.</summary>
    public IEnumerable<string> Zones => rows.Keys.Order(StringComparer.Ordinal);

    /// <summary>Reads a table in the built-in format; it must have a row for <see cref="WorldZone"/>.</summary>
    /// <exception cref="FormatException">Names the line and what is wrong with it.</exception>
    public static GridIntensityTable Parse(string csv)
    {
        var rows = new Dictionary<string, GridIntensity>(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, fields) in CsvTable.Parse(csv, Header))
        {
            var zone = fields[0];
            if (zone.Length == 0 || zone.Trim() != zone)
                throw new FormatException($"line {line}: a zone is empty or padded with blanks");
            if (!decimal.TryParse(fields[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var grams) || grams > GreatestGrams)
                throw new FormatException($"line {line}: '{fields[1]}' is not an intensity from 0 to {GreatestGrams} g/kWh");
            if (!int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 1990 or > 2100)
                throw new FormatException($"line {line}: '{fields[2]}' is not a year");
            if (!rows.TryAdd(zone, new(zone, CarbonIntensity.FromGramsPerKilowattHour(grams), year, fields[3])))
                throw new FormatException($"line {line}: zone {zone} is there twice");
        }

        return rows.ContainsKey(WorldZone)
            ? new(rows.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase))
            : throw new FormatException($"the table has no row for {WorldZone}");
    }

    /// <summary>The row of a zone, without regard to case; the world's value, flagged, when the zone is unknown or not given.</summary>
    public GridIntensity Lookup(string? zone) => zone is not null && rows.TryGetValue(zone.Trim(), out var row)
        ? row
        : rows[WorldZone] with { IsWorldFallback = true };
}

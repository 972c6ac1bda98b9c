using System.Globalization;
using ModelOperator.Carbon.Data;

namespace ModelOperator.Carbon.Grid;

/// <summary>The built-in yearly table as the last source of the chain. It holds averages only; there is no marginal figure in it.</summary>
public static class YearlyIntensity
{
    /// <summary>What a zone is worth with nothing but the table.</summary>
    public static ZoneIntensity<AverageSignal> Of(string? zone) => Of(zone, GridTimeline<AverageSignal>.Empty);

    /// <summary>A zone's figures with the table behind them.</summary>
    public static ZoneIntensity<AverageSignal> Of(string? zone, GridTimeline<AverageSignal> timeline, GridRules? rules = null)
    {
        var row = GridIntensityTable.BuiltIn.Lookup(zone);
        return new(zone ?? row.Zone, timeline, row.Intensity, Text(row, zone), rules);
    }

    /// <summary>Zone, year and source of a row, for people.</summary>
    public static string Text(GridIntensity grid, string? asked) => grid.IsWorldFallback
        ? $"{grid.Zone} {Year(grid)} (zone '{asked ?? "none"}' is not in the table), {grid.Source}"
        : $"{grid.Zone} {Year(grid)}, {grid.Source}";

    private static string Year(GridIntensity grid) => grid.Year.ToString(CultureInfo.InvariantCulture);
}

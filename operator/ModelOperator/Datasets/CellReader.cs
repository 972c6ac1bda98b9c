using System.Globalization;

namespace ModelOperator.Datasets;

/// <summary>What a cell says. Pure.</summary>
public static class CellReader
{
    private static readonly string[] DefaultMissing = ["NA", "N/A", "NaN", "null"];

    /// <summary>Texts that stand for a missing value besides the empty one.</summary>
    public static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Missing(DatasetValidation? rules) =>
        new HashSet<string>(rules?.MissingValues ?? DefaultMissing, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A finite decimal number.</summary>
    public static bool TryNumber(ReadOnlySpan<char> cell, out double value) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>A whole number of 64 bits.</summary>
    public static bool IsInteger(ReadOnlySpan<char> cell) =>
        long.TryParse(cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out _);

    /// <summary>true, false, yes, no, 1 or 0, in any case.</summary>
    public static bool IsBoolean(ReadOnlySpan<char> cell) => cell.Trim() switch
    {
        "1" or "0" => true,
        var word => word.Equals("true", StringComparison.OrdinalIgnoreCase) || word.Equals("false", StringComparison.OrdinalIgnoreCase)
            || word.Equals("yes", StringComparison.OrdinalIgnoreCase) || word.Equals("no", StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>A cell for messages: cut, without control characters.</summary>
    public static string Shown(ReadOnlySpan<char> cell)
    {
        var cut = cell.Length <= 40 ? cell.ToString() : string.Concat(cell[..40], "…");
        return string.Concat(cut.Select(static c => char.IsControl(c) ? ' ' : c));
    }
}

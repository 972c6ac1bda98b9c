using System.Globalization;

namespace ModelOperator.Carbon.Data;

/// <summary>
/// Rated power (TDP) by GPU model. Names are compared by their parts, without regard to case, order and vendor, so that the product
/// label of a node (<c>NVIDIA-A100-PCIE-40GB</c>, <c>Tesla-T4</c>) finds its row. Sources: docs/data-sources.md.
/// </summary>
public sealed class GpuPowerTable
{
    private const string Header = "gpu,tdp_W,source";
    private const double GreatestWatts = 5_000;
    private static readonly char[] Separators = ['-', ' ', '_', '/'];

    private readonly Row[] rows;

    private GpuPowerTable(Row[] rows) => this.rows = rows;

    /// <summary>The table built into this assembly.</summary>
    public static GpuPowerTable BuiltIn { get; } = Parse(CsvTable.ReadBuiltIn("gpu-tdp.csv"));

    /// <summary>The models in the table's order.</summary>
    public IEnumerable<string> Models => rows.Select(r => r.Power.Model);

    /// <summary>Reads a table in the built-in format.</summary>
    /// <exception cref="FormatException">Names the line and what is wrong with it.</exception>
    public static GpuPowerTable Parse(string csv)
    {
        var rows = new List<Row>();
        foreach (var (line, fields) in CsvTable.Parse(csv, Header))
        {
            if (Parts(fields[0]) is not { Length: > 0 } parts)
                throw new FormatException($"line {line}: the GPU has no name");
            if (!double.TryParse(fields[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var watts)
                || watts is not (> 0 and <= GreatestWatts))
                throw new FormatException($"line {line}: '{fields[1]}' is not a power from 0 to {GreatestWatts} W");
            if (rows.Exists(r => r.Power.Model.Equals(fields[0], StringComparison.OrdinalIgnoreCase)))
                throw new FormatException($"line {line}: GPU {fields[0]} is there twice");
            rows.Add(new(parts, new(fields[0], new(watts), GpuMatch.Model, fields[2])));
        }

        return rows.Count > 0 ? new([.. rows]) : throw new FormatException("the table has no GPU");
    }

    /// <summary>
    /// The row that fits best: all its parts in the name (most parts win, then the greatest power), else the greatest power of the same
    /// chip, else the greatest power of the table. The last two are flagged in <see cref="GpuPower.Match"/> and never understate.
    /// </summary>
    public GpuPower Lookup(string? model)
    {
        var parts = Parts(model ?? string.Empty);
        if (Greatest(rows.Where(r => r.Parts.All(p => Has(parts, p))).GroupBy(r => r.Parts.Length).MaxBy(g => g.Key)) is { } exact)
            return exact;
        return Greatest(rows.Where(r => Has(parts, r.Parts[0]))) is { } family
            ? family with { Match = GpuMatch.Family }
            : Greatest(rows)! with { Match = GpuMatch.Unknown };
    }

    private static GpuPower? Greatest(IEnumerable<Row>? candidates) => candidates?.MaxBy(r => r.Power.Tdp.Watts)?.Power;

    private static bool Has(string[] parts, string part) => parts.Contains(part, StringComparer.OrdinalIgnoreCase);

    private static string[] Parts(string name) => [.. name
        .Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(p => !p.Equals("NVIDIA", StringComparison.OrdinalIgnoreCase) && !p.Equals("Tesla", StringComparison.OrdinalIgnoreCase))];

    private sealed record Row(string[] Parts, GpuPower Power);
}

using System.Globalization;
using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Data;

/// <summary>One comparison of a column with a constant: as numbers where both are numbers, else as texts (only = and !=).</summary>
/// <param name="Column">Column name.</param>
/// <param name="Operator">=, !=, &lt;, &lt;=, &gt; or &gt;=.</param>
/// <param name="Value">The constant as written.</param>
public sealed record RowCondition(string Column, string Operator, string Value)
{
    private readonly double? _number = Number(Value);

    private readonly bool _asksForMissing = CellText.IsMissing(Value);

    /// <summary>
    /// Whether the value of the row's cell passes. Where the constant is what stands for a missing value, such as NA, = asks for missing cells, and != for the others; with any
    /// other constant a missing cell passes only !=.
    /// </summary>
    public bool Matches(ReadOnlySpan<char> cell)
    {
        if (_asksForMissing || CellText.IsMissing(cell))
            return Operator switch { "=" => _asksForMissing && CellText.IsMissing(cell), "!=" => !_asksForMissing || !CellText.IsMissing(cell), _ => false };
        var order = _number is { } constant && Number(cell) is { } number ? number.CompareTo(constant) : (int?)null;
        return Operator switch
        {
            "=" => order is { } compared ? compared == 0 : cell.SequenceEqual(Value),
            "!=" => order is { } compared ? compared != 0 : !cell.SequenceEqual(Value),
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>As it is written, without spaces around the operator.</summary>
    public override string ToString() => Column + Operator + Value;

    private static double? Number(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}

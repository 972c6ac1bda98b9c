namespace ModelOperator.Trainer.Data;

/// <summary>What a cell's text means before its column's type is known.</summary>
internal static class CellText
{
    /// <summary>Empty, NA, N/A, NaN and null (in any case) are missing values.</summary>
    internal static bool IsMissing(ReadOnlySpan<char> cell) => cell.Length switch
    {
        0 => true,
        2 => cell.Equals("NA", StringComparison.OrdinalIgnoreCase),
        3 => cell.Equals("NaN", StringComparison.OrdinalIgnoreCase) || cell.Equals("N/A", StringComparison.OrdinalIgnoreCase),
        4 => cell.Equals("null", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}

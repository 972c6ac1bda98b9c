namespace ModelOperator.ModelFormat;

/// <summary>What a text means whatever its column's type: the same in the trainer's data and in clients' categories.</summary>
public static class CellText
{
    /// <summary>Empty, NA, N/A, NaN and null (in any case) are missing values.</summary>
    public static bool IsMissing(ReadOnlySpan<char> cell) => cell.Length switch
    {
        0 => true,
        2 => cell.Equals("NA", StringComparison.OrdinalIgnoreCase),
        3 => cell.Equals("NaN", StringComparison.OrdinalIgnoreCase) || cell.Equals("N/A", StringComparison.OrdinalIgnoreCase),
        4 => cell.Equals("null", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}

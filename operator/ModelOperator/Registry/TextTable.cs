namespace ModelOperator.Registry;

/// <summary>A table for people: columns as wide as their widest cell.</summary>
internal static class TextTable
{
    /// <summary>The text, one line per row.</summary>
    /// <param name="lines">Rows of equal length, the header first.</param>
    public static string Of(IReadOnlyList<string[]> lines)
    {
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        return string.Concat(lines.Select(line => string.Join("   ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd() + "\n"));
    }
}

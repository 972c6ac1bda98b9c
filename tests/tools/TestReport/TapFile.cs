namespace ModelOperator.TestReport;

/// <summary>Results of the shell tests, in the Test Anything Protocol's line format.</summary>
internal static class TapFile
{
    public static Totals ReadAll(string folder) =>
        Directory.EnumerateFiles(folder, "*.tap", SearchOption.AllDirectories).SelectMany(File.ReadLines).Select(Read).Aggregate(Totals.None, (sum, one) => sum + one);

    private static Totals Read(string line) => line switch
    {
        _ when line.StartsWith("ok ", StringComparison.Ordinal) && line.Contains("# SKIP", StringComparison.Ordinal) => new(0, 0, 1, [], [line]),
        _ when line.StartsWith("ok ", StringComparison.Ordinal) => new(1, 0, 0, [], []),
        _ when line.StartsWith("not ok ", StringComparison.Ordinal) => new(0, 1, 0, [line["not ok ".Length..]], []),
        _ => Totals.None,
    };
}

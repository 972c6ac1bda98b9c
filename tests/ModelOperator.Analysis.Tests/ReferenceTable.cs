using System.Globalization;

namespace ModelOperator.Analysis.Tests;

/// <summary>A table of Reference/, made by generate.py with SciPy and mpmath; its first line names the versions.</summary>
internal static class ReferenceTable
{
    internal static IReadOnlyList<string[]> Read(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Reference", name + ".csv"));
        Assert.StartsWith("# scipy ", lines[0], StringComparison.Ordinal);
        var rows = lines.Skip(2).Select(line => line.Split(';')).ToList();
        Assert.NotEmpty(rows);
        return rows;
    }

    internal static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    internal static double[] Numbers(string text) => [.. text.Split(' ').Select(Number)];

    /// <summary>Equal within a share of the expected value.</summary>
    internal static void Close(double expected, double actual, double share, string what) =>
        Assert.True(Math.Abs(expected - actual) <= share * Math.Max(Math.Abs(expected), 1e-300), $"{what}: expected {expected:R}, got {actual:R}");
}

namespace ModelOperator.RollbackBench;

/// <summary>What one rule did in one setting at one error rate.</summary>
/// <param name="Found">Share of the rollouts that it rolled back.</param>
/// <param name="Median">Median window of the rollback over all rollouts, those that were never rolled back counting as the last and one; so a rule that finds few has a late median.</param>
internal sealed record Cell(double Found, double Median)
{
    public static Cell Of(IReadOnlyCollection<int?> windows, int last)
    {
        var sorted = windows.Select(window => window ?? (last + 1)).Order().ToArray();
        return new(windows.Count(window => window is not null) / (double)windows.Count, (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0);
    }
}
